"""Which studies there are: those of the data folder, and the examples that ship with the package."""

from dataclasses import dataclass
from pathlib import Path

from nmr_core.datasets.catalogue import EXAMPLES
from nmr_core.errors import FailedError, InputError
from nmr_core.storage import trash
from nmr_core.storage.workspace import checked_id
from nmr_core.studies.record import FILE, Study, read_study, studies_folder


@dataclass(frozen=True)
class StudyEntry:
    """A line of the list of studies; ``study`` is None and ``problem`` a sentence when it cannot be read."""

    id: str
    path: Path
    study: Study | None
    problem: str = ""

    @property
    def example(self) -> bool:
        """Whether it ships with the package (and cannot be deleted)."""
        return self.path.is_relative_to(EXAMPLES)


def list_studies() -> list[StudyEntry]:
    """All studies, newest first, the examples that ship with the package last."""
    entries = []
    for root in (studies_folder(), EXAMPLES / "studies"):
        folders = [f for f in root.iterdir() if (f / FILE).exists()] if root.is_dir() else []
        for folder in sorted(folders, reverse=True):
            try:
                entries.append(StudyEntry(folder.name, folder, read_study(folder)))
            except FailedError as error:
                entries.append(StudyEntry(folder.name, folder, None, str(error)))
    return entries


def find_study(name: str | Path) -> Path:
    """The folder of a study, given as a path or as an id of the data folder or of the examples."""
    if isinstance(name, Path) or "/" in name or "\\" in name:
        return Path(name)
    for root in (studies_folder(), EXAMPLES / "studies"):
        if (root / checked_id(name) / FILE).is_file():
            return root / name
    raise InputError(
        f"There is no study {name!r} under {studies_folder()}. It may have been deleted; choose another."
    )


def load_study(name: str | Path) -> Study:
    """The study with an id, or in a folder."""
    return read_study(find_study(name))


def delete_study(name: str, *, by: str = "") -> None:
    """Put a study of the data folder into the trash."""
    folder = find_study(checked_id(name))
    if folder.is_relative_to(EXAMPLES):
        raise InputError(
            f"The study {name} ships with the package and cannot be deleted. Choose one of your own."
        )
    trash.discard(folder, by=by)
