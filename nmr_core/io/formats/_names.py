"""Files of a text format that belong together, by the common parts of their names."""

from nmr_core.errors import InputError
from nmr_core.io.source import Source

CURVES = ("mat_info", "echo_params", "echos_r", "echos_i")
"""Roles of files in the formats of the challenges."""


def split_name(name: str, role: str) -> tuple[str, str] | None:
    """Return the parts of a file name before and after ``role``, in small letters, without ending.

    None if the role is not in the name.
    """
    stem = name.lower().removesuffix(".txt").removesuffix(".dat")
    if role not in stem:
        return None
    before, _, after = stem.partition(role)
    return before, after


def sets(source: Source, *roles: str) -> dict[tuple[str, str], dict[str, str]]:
    """Return the files ``<before><role><after>.txt`` of each set.

    Parameters
    ----------
    source : Source
        File, folder or zip.
    *roles : str
        For example "mat_info".

    Returns
    -------
    dict
        (before, after) -> role -> file name.
    """
    files: dict[tuple[str, str], dict[str, str]] = {}
    for name in source.names:
        for role in roles:
            key = split_name(name, role)
            if key is not None:
                twin = files.setdefault(key, {}).setdefault(role, name)
                if twin != name:
                    raise InputError(
                        f"{twin} and {name} could both be the file {role}. Leave only one of them."
                    )
    return files


def check_one_set(source: Source) -> None:
    """Raise :class:`InputError` for a folder with several sets of curves, with their files."""
    several = [files for files in sets(source, *CURVES).values() if len(files) > 1]
    if len(several) < 2:
        return
    each = "; ".join(", ".join(sorted(files.values())) for files in several[:4])
    raise InputError(
        f"{source.path.name} holds {len(several)} sets of curves: {each}. Import one at a time: "
        "put each into a folder or zip of its own."
    )


def companion(files: dict[str, str], role: str, where: Source) -> str:
    """Return the file with this role; :class:`InputError` if it is missing."""
    if role not in files:
        there = ", ".join(sorted(files.values()))
        place = f"beside {there} in {where.path.name}" if there else f"in {where.path.name}"
        raise InputError(
            f"{role} is missing {place}. Give the folder or zip that holds all of them."
        )
    return files[role]


def check_rows(n_rows: int, name: str, n_curves: int, other: str) -> None:
    """Raise :class:`InputError` unless there is one row of parameters per curve."""
    if n_rows != n_curves:
        raise InputError(
            f"{name} has {n_rows:,} rows, {other} has {n_curves:,}. Every curve needs its own row "
            "of parameters."
        )
