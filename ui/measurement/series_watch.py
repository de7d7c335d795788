"""Watch a folder of this computer, or of the server where its administrator names folders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.io.options import ReadOptions
from nmr_core.measured.series.choosing import chosen
from nmr_core.measured.series.paths import natural
from nmr_core.measured.series.series import Item, Series
from nmr_core.measured.series.watching import FolderWatch
from nmr_core.serving import profiles
from ui.measurement import series_reading
from ui.server import team
from ui.shared import inputs, notice
from ui.shared.text import quoted

WATCHED = "_series-watched"
"""In the session: the folder that is watched, and its echoes so far."""
EVERY = 3.0
"""Seconds between two looks."""


@dataclass(eq=False)
class Watched:
    """A folder that is watched, and its echoes so far."""

    key: tuple
    watch: FolderWatch
    items: dict[str, list[Item]] = field(default_factory=dict)

    def look(self, kind: str, options: ReadOptions) -> int:
        """Read the files that have become complete; return how many."""
        paths = self.watch.look()
        for path in paths:
            name = path.relative_to(self.watch.folder).as_posix()
            self.items[name] = series_reading.read_file(path, kind, options, name)
        return len(paths)

    @property
    def all_items(self) -> list[Item]:
        """Echoes in the order of their files."""
        names = sorted(self.items, key=natural)
        return [item for name in names for item in self.items[name]]


def roots() -> list[Path] | None:
    """Return the folders that may be watched, [] for none; None: any folder of this computer."""
    server = team.current()
    if server is not None:
        return [Path(folder) for folder in server.config.watch]
    return [] if profiles.is_insecure() else None


def allowed(text: str, folders: Sequence[Path] | None) -> Path:
    """Return the folder of a text, which lies in one of ``folders``.

    Raises
    ------
    InputError
        It is no folder, or none that may be watched.
    """
    path = Path(text).expanduser()
    if folders is not None:
        resolved = path.resolve()
        if not any(resolved.is_relative_to(folder.resolve()) for folder in folders):
            raise InputError(
                f"The folder {text[:80]!r} may not be watched here. Choose one of "
                f"{', '.join(map(str, folders)) or 'none: the administrator has named no folder'}."
            )
    if not path.is_dir():
        raise InputError(f"There is no folder {text[:200]!r}. Check the spelling.")
    return path.resolve()


def folder() -> Path | None:
    """Let the visitor choose a folder; None where there is none to choose, or none is chosen."""
    folders = roots()
    if folders == []:
        return None
    if folders is None:
        text = inputs.text(
            "Watch a folder of this computer",
            "series-folder",
            most=400,
            placeholder="/home/me/measurements/today",
            help="New files appear in the figure as they are measured.",
        )
    else:
        places = [""] + [str(path) for place in folders for path in (place, *_inside(place))]
        labels = {path: path or "None" for path in places}
        text = inputs.choice("Watch a folder of the server", labels, "series-place")
    if not text:
        return None
    try:
        return allowed(text, folders)
    except InputError as error:
        notice.error(error)
        return None


def _inside(place: Path) -> list[Path]:
    """The folders directly in a place, newest first."""
    try:
        inner = [path for path in place.iterdir() if path.is_dir() and path.name[0] != "."]
        return sorted(inner, key=lambda path: -path.stat().st_mtime)[:50]
    except OSError:
        return []


def series(place: Path, kind: str) -> Series | None:
    """Return the echoes of a folder so far; the page is run again when new ones are complete."""
    key = (str(place), kind)
    state = st.session_state.get(WATCHED)
    if state is None or state.key != key:
        state = st.session_state[WATCHED] = Watched(key, FolderWatch(place))
    st.fragment(_look, run_every=EVERY)(state, kind)
    items = state.all_items
    if not items:
        return None
    return chosen(items, None, place.name)


def _look(state: Watched, kind: str) -> None:
    """One look, and a line on what is there."""
    try:
        n_new = state.look(kind, ReadOptions())
    except (InputError, FailedError) as error:
        notice.error(error)
        return
    waiting = state.watch.waiting
    line = f"Watching {quoted(str(state.watch.folder))}: {state.watch.complete} files"
    if waiting:
        line += f"; {len(waiting)} still being written ({quoted(', '.join(waiting[:3]))})"
    st.caption(f":material/visibility: {line}.")
    if n_new:
        st.rerun()
