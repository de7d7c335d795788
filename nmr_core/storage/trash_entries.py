"""The folders of the trash: where a deleted thing lies, and what its record says.

    NMR_DATA/trash/<kind>.<id>.<digits>/    its name is its own and is not used again; until 0.6
                                            <kind>.<id>/
        record.json                         title, who deleted it and when
        runs/<id>/                          the thing and what is attached to it, under their paths
        calibrations/<id>/                  in the data folder
        marks/<id>.json

0.1 to 0.5 put deleted data sets into ``NMR_DATA/datasets/.trash/<id>/``, without a record.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nmr_core.storage.kinds import DATASET, KINDS, RUN, Kind
from nmr_core.storage.workspace import SHIPPED, data_folder

DAYS_KEPT = 7
RECORD = "record.json"


@dataclass(frozen=True)
class TrashEntry:
    """A deleted thing.

    Parameters
    ----------
    kind, id : str
        What it is (a key of :data:`nmr_core.storage.kinds.KINDS`) and its id.
    title : str
        Display text; the id where it has no title.
    by : str
        Who deleted it, "" if unknown.
    when : float
        Time of the deletion, seconds since 1970.
    home : Path
        Its folder in the trash.
    owner : str
        Whose it was, "" if unknown.
    dataset : str
        Id of the data set that a run or a study was made with, "" if there is none.
    replaced : bool
        Whether a newer one of the same id took its place.
    reason : str
        Why it was deleted, "" for none: that of a person who deleted another one's thing.
    """

    kind: str
    id: str
    title: str
    by: str
    when: float
    home: Path
    owner: str = ""
    dataset: str = field(default="", repr=False)
    replaced: bool = False
    reason: str = ""

    @property
    def key(self) -> str:
        """What tells it from every other entry, earlier and later ones of the same id too."""
        return self.home.name

    @property
    def thing(self) -> str:
        """Words for it in a sentence."""
        return f'the {self.label} "{self.title}"'

    @property
    def label(self) -> str:
        """Noun for its kind, e.g. "data set"."""
        return KINDS[self.kind].label

    @property
    def until(self) -> float:
        """When it is removed for good, seconds since 1970."""
        return self.when + 86400 * DAYS_KEPT

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return folder_size(self.home)

    @property
    def place(self) -> Path:
        """Where it was, and will be again."""
        return data_folder() / KINDS[self.kind].place(self.id)

    def moves(self) -> list[tuple[Path, Path]]:
        """(path in the trash, path it came from) of the thing and what is attached to it."""
        if self.home.parent == until_0_5():
            return [(self.home, self.place)]
        places = KINDS[self.kind].places(self.id)
        pairs = [(self.home / place, data_folder() / place) for place in places]
        return [pair for pair in pairs if pair[0].exists()]


def trash_folder() -> Path:
    """``NMR_DATA/trash``."""
    return data_folder() / "trash"


def until_0_5() -> Path:
    """Where 0.1 to 0.5 put deleted data sets; a folder's time is that of its deletion."""
    return data_folder() / "datasets" / ".trash"


def new_home(kind: Kind, id: str) -> Path:
    """A folder of the trash for a thing, with a name that no other entry has or had."""
    return trash_folder() / f"{kind.name}.{id}.{secrets.token_hex(4)}"


def entry_of(kind: Kind, folder: Path, home: Path, by: str, when: float) -> TrashEntry:
    """The entry of a thing that lies, or lay until now, in ``folder``."""
    stored = document_of(folder / kind.document)
    title = stored.get("title") or (_run_title(folder.name) if kind.of_run else None)
    texts = {name: value for name, value in stored.items() if isinstance(value, str)}
    return TrashEntry(
        kind.name,
        folder.name,
        title if isinstance(title, str) and title else folder.name,
        by,
        when,
        home,
        owner=texts.get("owner", ""),
        dataset=texts.get("dataset", ""),
    )


def _run_title(id: str) -> object:
    """The title of a run, for what has none of its own."""
    for root in (data_folder(), *SHIPPED):
        path = root / RUN.place(id) / RUN.document
        if path.exists():
            return document_of(path).get("title")
    return None


def document_of(path: Path) -> dict:
    """What is stored in the document of a thing; nothing where it cannot be read."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        value = stored.get("value", stored)
    except (OSError, ValueError, AttributeError):
        return {}
    return value if isinstance(value, dict) else {}


def record_of(entry: TrashEntry) -> dict[str, object]:
    """What is written beside a deleted thing."""
    return {
        "kind": entry.kind,
        "id": entry.id,
        "title": entry.title,
        "by": entry.by,
        "deleted": entry.when,
        "owner": entry.owner,
        "dataset": entry.dataset,
        "replaced": entry.replaced,
        "reason": entry.reason,
        "place": str(KINDS[entry.kind].place(entry.id)),
    }


def read_entries() -> Iterator[TrashEntry]:
    """All entries; a damaged record costs who and when, not the thing."""
    for home in folders(trash_folder()):
        name, _, rest = home.name.partition(".")
        id = rest.partition(".")[0]
        kind = KINDS.get(name)
        if kind is None or not (home / kind.place(id)).exists():
            continue
        try:
            record = json.loads((home / RECORD).read_text(encoding="utf-8"))
            yield TrashEntry(
                name,
                id,
                str(record["title"]),
                str(record["by"]),
                float(record["deleted"]),
                home,
                str(record.get("owner", "")),
                str(record.get("dataset", "")),
                bool(record.get("replaced")),
                str(record.get("reason", "")),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            with suppress(OSError):
                when = home.stat().st_mtime
                yield entry_of(kind, home / kind.place(id), home, "", when)
    for folder in folders(until_0_5()):
        with suppress(OSError):
            yield entry_of(DATASET, folder, folder, "", folder.stat().st_mtime)


def folders(root: Path) -> list[Path]:
    """The folders in a folder; none where it does not exist."""
    return [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []


def folder_size(folder: Path) -> int:
    """Bytes of all files of a folder."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total
