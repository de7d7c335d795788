"""What depends on a data set or a run, in sentences for the one who wants to delete it."""

from nmr_core.errors import InputError
from nmr_core.jobs.uses import check_unused
from nmr_core.storage.kinds import KINDS, RUN
from nmr_core.storage.workspace import data_folder
from ui.shared import lists

ATTACHED = {"marks": "star and notes"} | {
    kind.folder: kind.label for kind in KINDS.values() if kind.of_run
}
"""First part of an attached path -> what it is."""


def sentences(noun: str, id: str) -> list[str]:
    """What depends on a thing; nothing where nothing does."""
    if noun == "data set":
        return _of_dataset(id)
    if noun == "run":
        return _of_run(id)
    return []


def live_job(noun: str, id: str) -> str:
    """Why a thing that a live job reads or writes cannot be deleted now; "" where none does."""
    try:
        check_unused(id, noun)
    except InputError as error:
        return str(error)
    return ""


def _of_dataset(id: str) -> list[str]:
    runs = [
        entry.run.manifest.title
        for entry in lists.runs()
        if entry.run is not None and entry.run.manifest.dataset == id
    ]
    studies = [
        entry.study.title
        for entry in lists.studies()
        if entry.study is not None and entry.study.dataset == id
    ]
    users = [*_counted(runs, "run", "runs"), *_counted(studies, "study", "studies")]
    if not users:
        return []
    return [
        f"Made with it: {'; '.join(users)}. They stay, but without the data set nothing can be "
        "explained, trained or studied again."
    ]


def _counted(titles: list[str], one: str, several: str) -> list[str]:
    """ "3 runs (Ridge, …)" """
    if not titles:
        return []
    shown = ", ".join(titles[:3]) + (", …" if len(titles) > 3 else "")
    return [f"{len(titles)} {one if len(titles) == 1 else several} ({shown})"]


def _of_run(id: str) -> list[str]:
    places = [place for place in RUN.places(id)[1:] if (data_folder() / place).exists()]
    labels = [ATTACHED[place.parts[0]] for place in places]
    return [f"With it goes: {', '.join(labels)}."] if labels else []
