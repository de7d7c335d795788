"""Explanations on disk: NMR_DATA/explanations/<run id>/; some ship with the package."""

from dataclasses import replace
from pathlib import Path

from nmr_core.errors import FailedError
from nmr_core.evaluation.explain.explain import PARTS
from nmr_core.evaluation.explain.explanation import Explanation
from nmr_core.storage import catalogue
from nmr_core.storage.kinds import EXPLANATION
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.workspace import checked_id


def save_explanation(explanation: Explanation, path: str | Path | None = None) -> Path:
    """Write an explanation to ``path`` (default: the run's folder under ``NMR_DATA/explanations``).

    Parts that an older explanation of the same run has and this one lacks are kept. An older one in
    the data folder of which anything is replaced goes to the trash.
    """
    own = catalogue.own_folder(EXPLANATION) / checked_id(explanation.run)
    folder = own if path is None else Path(path)
    older = _older(folder, explanation)
    replaced = older is None
    if older is not None:
        computed = [part for part in PARTS if getattr(explanation, part) is not None]
        carried = {part: getattr(older, part) for part in PARTS if part not in computed}
        replaced = any(getattr(older, part) is not None for part in computed)
        explanation = replace(explanation, **carried)
    if path is None and replaced:
        return catalogue.put(
            EXPLANATION,
            explanation.run,
            lambda folder: write_result(explanation, folder / EXPLANATION.document),
            by=explanation.owner,
        )
    write_result(explanation, folder / EXPLANATION.document)
    return folder


def _older(folder: Path, new: Explanation) -> Explanation | None:
    """An explanation of the very same run that is there already."""
    try:
        older = _read(folder)
    except FailedError:
        return None
    same = (older.run, older.run_created, older.dataset) == (new.run, new.run_created, new.dataset)
    return older if same else None


def find_explanation(run: str) -> Path | None:
    """The folder of a run's explanation, None if there is none yet."""
    return catalogue.find(EXPLANATION, run)


def load_explanation(run: str | Path) -> Explanation:
    """The explanation of the run with an id, or in a folder.

    Raises
    ------
    InputError
        There is none.
    FailedError
        It is damaged.
    """
    advice = f"Compute it: python -m nmr_core explain {run}"
    return _read(catalogue.of_run(EXPLANATION, run, advice))


def _read(folder: Path) -> Explanation:
    return read_result(folder / EXPLANATION.document, Explanation, what="explanation")


def delete_explanation(run: str, *, by: str = "") -> None:
    """Put the explanation of a run into the trash."""
    catalogue.delete(EXPLANATION, run, by=by)
