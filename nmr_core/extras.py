"""Optional packages: which extra brings what, whether it is installed, and the error where it is not."""

from importlib.util import find_spec

from nmr_core.errors import InputError

EXTRAS = {
    "app": {"streamlit": "Streamlit"},
    "dask": {"dask": "Dask", "distributed": "distributed"},
    "deep": {"torch": "PyTorch", "skorch": "skorch"},
    "minirocket": {"aeon": "aeon"},
    "nmr": {"nmrglue": "nmrglue", "xmltodict": "xmltodict"},
}
"""Extra -> {module: name of the package in messages}."""


def install_command(extra: str) -> str:
    """The command that installs an extra."""
    return f'pip install "spin-echo-lab[{extra}]"'


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
        verb = "is" if len(missing) == 1 else "are"
        raise InputError(
            f"{user} needs {' and '.join(missing)}, which {verb} not installed. "
            f"Install with: {install_command(extra)}"
        )


def _is_importable(module: str) -> bool:
    spec = find_spec(module)
    # A folder of that name in the working directory is found too, but has no origin
    return spec is not None and spec.origin is not None
