"""Which files belong together: the names of text formats, with whatever stands before and after."""

from nmr_core.errors import InputError
from nmr_core.io.source import Source


def around(name: str, role: str) -> tuple[str, str] | None:
    """What stands before and after ``role`` in a file name without its ending, in small letters;
    None if it is not there.
    """
    stem = name.lower().removesuffix(".txt").removesuffix(".dat")
    before, found, after = stem.partition(role)
    return (before, after) if found else None


def sets(source: Source, *roles: str) -> dict[tuple[str, str], dict[str, str]]:
    """(before, after) -> role -> file name, for files like ``<before>mat_info<after>.txt``."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name in source.names:
        for role in roles:
            key = around(name, role)
            if key is not None:
                twin = found.setdefault(key, {}).setdefault(role, name)
                if twin != name:
                    raise InputError(
                        f"{twin} and {name} could both be the file {role}. Leave only one of them."
                    )
    return found


def companion(files: dict[str, str], role: str, where: Source) -> str:
    """The file with this role; a sentence if it is missing."""
    if role not in files:
        there = ", ".join(sorted(files.values()))
        raise InputError(
            f"{role} is missing beside {there} in {where.path.name}. Give the folder or zip that "
            "holds all of them."
        )
    return files[role]


def check_rows(n_rows: int, name: str, n_curves: int, other: str) -> None:
    """Parameters and curves must belong to each other, row by row."""
    if n_rows != n_curves:
        raise InputError(
            f"{name} has {n_rows:,} rows, {other} has {n_curves:,}. Every curve needs its own row "
            "of parameters."
        )
