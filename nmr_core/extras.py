"""Optional packages: the extra of each, whether it is installed, and the error if it is not."""

from collections.abc import Sequence
from importlib.util import find_spec

from nmr_core.errors import InputError

EXTRAS = {
    "app": {"streamlit": "Streamlit", "reportlab": "ReportLab"},
    "dask": {"dask": "Dask", "distributed": "distributed"},
    "deep": {"torch": "PyTorch", "skorch": "skorch"},
    "flow": {"torch": "PyTorch", "zuko": "zuko"},
    "gpu": {"torch": "PyTorch"},
    "minirocket": {"aeon": "aeon"},
    "server": {
        "authlib": "Authlib",
        "argon2": "argon2-cffi",
        "httpx": "httpx",
    },
    "tensorboard": {"tensorboard": "TensorBoard"},
}
"""Extra -> {module: name of the package in messages}."""


def install_command(extra: str) -> str:
    """The command that installs an extra."""
    return f'pip install "spin-echo-lab[{extra}]"'


def not_installed(packages: Sequence[str], extra: str, user: str) -> str:
    """Sentence for packages that are missing, with the command that installs their extra.

    Parameters
    ----------
    packages : sequence of str
        Names of the packages, as in messages.
    extra : str
        A key of :data:`EXTRAS`.
    user : str
        What needs them, as the subject of the sentence: "The model lstm".
    """
    verb = "is" if len(packages) == 1 else "are"
    return (
        f"{user} needs {' and '.join(packages)}, which {verb} not installed. "
        f"Install with: {install_command(extra)}"
    )


def missing_packages(extra: str) -> tuple[str, ...]:
    """Names of the packages of an extra that are not installed; nothing is imported.

    Parameters
    ----------
    extra : str
        A key of :data:`EXTRAS`, or "" for what needs no extra.
    """
    packages = EXTRAS.get(extra, {})
    return tuple(name for module, name in packages.items() if not _is_importable(module))


def is_installed(extra: str) -> bool:
    """Whether every package of an extra is installed; True for ""."""
    return not missing_packages(extra)


def require(extra: str, user: str) -> None:
    """Check that an extra is installed.

    Parameters
    ----------
    extra : str
        A key of :data:`EXTRAS`, or "".
    user : str
        What needs it, as the subject of the message: "The model lstm".

    Raises
    ------
    InputError
        Names the missing packages and the command that installs them.
    """
    missing = missing_packages(extra)
    if missing:
        raise InputError(not_installed(missing, extra, user))


def _is_importable(module: str) -> bool:
    spec = find_spec(module)
    # A folder of that name in the working directory is found too, but has no origin
    return spec is not None and spec.origin is not None
