"""What ``room`` prints."""

import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nmr_core.cli.output import show_cells, show_facts, show_json
from nmr_core.extras import require

if TYPE_CHECKING:
    from nmr_core.workshop import Room
    from nmr_core.workshop.presence import Presence


def show_room(room: "Room", as_json: bool = False) -> None:
    """Print a room."""
    if as_json:
        show_json(facts(room))
        return
    show_facts(
        {
            "room": room.id,
            "title": room.title,
            "status": room.status,
            "link": link(room),
            "code": room.code_text,
            "ends": minute(room.ends),
            "seats": str(room.seats),
        }
    )


def facts(room: "Room") -> dict[str, Any]:
    """A room for programs."""
    return asdict(room) | {"status": room.status, "link": link(room)}


def link(room: "Room") -> str:
    """The short link, with the address of the server where one was started."""
    from nmr_core.serving.one_server import address
    from nmr_core.storage.workspace import server_folder

    return address(server_folder()).rstrip("/") + room.path


def minute(seconds: float) -> str:
    """A time of this computer's clock."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def show_presence(table: "Iterable[Presence]") -> None:
    """Print where everyone is; see :func:`nmr_core.workshop.presence.table`."""
    now = time.time()
    rows = [
        (
            row.person.id,
            row.person.name,
            row.state,
            f"{row.page} {row.detail}".strip() or "no page yet",
            row.what or "joined",
            f"{max(0.0, now - row.progress) / 60:.0f} min",
            str(row.live),
        )
        for row in table
    ]
    show_cells(("person", "name", "state", "page", "last progress", "ago", "jobs"), rows)


def draw(link: str) -> None:
    """Print a link as a QR code."""
    require("server", "A QR code")
    import segno

    segno.make(link, error="m", micro=False).terminal(compact=True)
