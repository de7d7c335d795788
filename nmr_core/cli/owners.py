"""Whose things are, in lists: names of the people of a server."""

from collections.abc import Sequence


def names() -> dict[str, str]:
    """Id -> name of the people of the server; empty without one."""
    from nmr_core.people import Register, people_file
    from nmr_core.storage.workspace import server_folder

    file = people_file(server_folder())
    return {one.id: one.name for one in Register(file).list()} if file.exists() else {}


def with_owner(columns: Sequence[str], people: dict[str, str]) -> tuple[str, ...]:
    """Columns of a list, on a server with owner and time."""
    added = ("owner", "created") if people else ()
    return (*columns, *(name for name in added if name not in columns))
