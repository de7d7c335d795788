"""Devices that a batch may run on, and the sentences for those that cannot be used."""

from nmr_core.errors import InputError
from nmr_core.extras import install_command, require

DEVICES = ("", "cpu", "cuda")
"""Values of ``device``: "" is the compiled simulator of this package, the others are PyTorch's."""


def checked_device(device: str) -> str:
    """The device, if a batch can run on it.

    Parameters
    ----------
    device : str
        One of :data:`DEVICES`.

    Raises
    ------
    InputError
        For an unknown device, without PyTorch, or without a GPU that it can use.
    """
    if device not in DEVICES:
        raise InputError(
            f"device must be cuda or cpu (PyTorch) or empty, got {str(device)[:40]!r}."
        )
    if not device:
        return device
    require("gpu", f"The device {device}")
    if device == "cuda":
        _check_cuda()
    return device


def device_version(device: str) -> dict[str, str]:
    """Version of PyTorch and name of the device, for the manifest; nothing for ""."""
    if not device:
        return {}
    import torch

    name = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    return {"torch": f"{torch.__version__} on {name}"}


def _check_cuda() -> None:
    import torch

    if torch.cuda.is_available():
        return
    if torch.version.cuda is None:
        raise InputError(
            "The device cuda needs PyTorch with CUDA, but the installed PyTorch is a CPU build. "
            f"Install one for your GPU (https://pytorch.org), then: {install_command('gpu')}"
        )
    raise InputError(
        "The device cuda needs an NVIDIA GPU, and PyTorch finds none. Check nvidia-smi, or leave "
        "--device out."
    )
