"""The table of runs: what each one is, its scores and its marks; columns, search and order."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nmr_core.errors import InputError
from nmr_core.evaluation.choices import features_name, model_name
from nmr_core.evaluation.compare import NO_VALUE
from nmr_core.evaluation.marks import Marks
from nmr_core.evaluation.reference import Change
from nmr_core.glossary import change_text, score_text, term
from nmr_core.learning import Run
from nmr_core.learning.manifest import RunManifest

UNKNOWN = (NO_VALUE, NO_VALUE, NO_VALUE)


@dataclass(frozen=True)
class Scores:
    """The scores of a run that the table shows.

    Attributes
    ----------
    error : tuple of float
        Weighted error of the identifiable targets with its 95 % interval; NaN of a classifier.
    baseline : float
        The same of the baseline.
    f1 : tuple of float
        Weighted F1 with its interval; NaN of a regression.
    r2 : dict of str to float
        By identifiable target.
    """

    error: tuple[float, float, float] = UNKNOWN
    baseline: float = NO_VALUE
    f1: tuple[float, float, float] = UNKNOWN
    r2: Mapping[str, float] = field(default_factory=dict)


def scores_of(run: Run) -> Scores:
    """The scores of one run; :class:`FailedError` if its predictions cannot be read."""
    if run.task == "classification":
        return Scores(f1=run.f1_weighted())
    identifiable = [name for name in run.targets if name not in run.manifest.unidentifiable]
    return Scores(
        error=run.weighted_error(identifiable_only=True) if identifiable else UNKNOWN,
        baseline=float(run.scores.loc[identifiable, "baseline_mse_w2"].sum()),
        r2=run.scores.loc[identifiable, "r2"].to_dict(),
    )


NO_SCORES, NO_MARKS, NO_CHANGE = Scores(), Marks(), Change()


@dataclass(frozen=True)
class RunRow:
    """One line of the table of runs.

    Attributes
    ----------
    manifest : RunManifest
        Of the run.
    scores : Scores
        Of the run.
    marks : Marks
        Star, tags and notes.
    who : str
        Who trained it, "" if unknown.
    change : Change
        Of the error relative to the reference run.
    """

    manifest: RunManifest
    scores: Scores = NO_SCORES
    marks: Marks = NO_MARKS
    who: str = ""
    change: Change = NO_CHANGE

    @property
    def id(self) -> str:
        """Id of the run."""
        return self.manifest.id

    @property
    def model(self) -> str:
        """Label of the model."""
        return model_name(self.manifest.model)

    @property
    def features(self) -> str:
        """Label of the features."""
        return features_name(self.manifest.featurizer)

    @cached_property
    def searched(self) -> str:
        """The texts that a search looks at, in lower case."""
        m = self.manifest
        marks = (*self.marks.tags, *(f"{note.text} {note.author}" for note in self.marks.notes))
        entries = (m.title, m.id, m.dataset_title, m.model, m.featurizer, self.model, self.features)
        return "\n".join((*entries, *marks, self.who)).casefold()


@dataclass(frozen=True)
class Column:
    """A column of the table of runs.

    Attributes
    ----------
    term : str
        Term of the glossary, for head and meaning.
    value : callable
        Row -> cell: text, number, bool or list of texts.
    order : callable, optional
        Row -> what the rows are sorted by; default: the cell. NaN and "" come last.
    descending : bool
        The first row is the one with the largest value.
    """

    term: str
    value: Callable[[RunRow], Any]
    order: Callable[[RunRow], Any] | None = None
    descending: bool = False

    @property
    def head(self) -> str:
        """Head of the column."""
        return "★" if self.term == "star" else term(self.term).head

    @property
    def meaning(self) -> str:
        """What it is, in one sentence."""
        return term(self.term).help


def _error(row: RunRow) -> str:
    error, low, high = row.scores.error
    return score_text(error, row.scores.baseline, low=low, high=high)


def _f1(row: RunRow) -> str:
    value, low, high = row.scores.f1
    return score_text(value, NO_VALUE, True, low, high)


def _when(row: RunRow) -> str:
    return row.manifest.created[:16].replace("T", " ")


COLUMNS = {
    "star": Column("star", lambda row: row.marks.star, descending=True),
    "title": Column("title", lambda row: row.manifest.title),
    "tags": Column("tags", lambda row: list(row.marks.tags)),
    "error": Column("error_interval", _error, lambda row: row.scores.error[0]),
    "change": Column(
        "change_interval", lambda row: change_text(*row.change), lambda row: row.change.value
    ),
    "r2": Column("r2", lambda row: ""),
    "f1": Column("f1_interval", _f1, lambda row: row.scores.f1[0], descending=True),
    "dataset": Column("dataset", lambda row: row.manifest.dataset_title),
    "features": Column("featurizer", lambda row: row.features),
    "model": Column("model", lambda row: row.model),
    "training": Column("n_train", lambda row: row.manifest.n_training, descending=True),
    "test": Column("n_test", lambda row: row.manifest.n_test, descending=True),
    "seconds": Column("seconds", lambda row: row.manifest.seconds),
    "when": Column("when", _when, descending=True),
    "who": Column("who", lambda row: row.who),
    "notes": Column("notes", lambda row: row.marks.text),
    "id": Column("id", lambda row: row.id),
}
"""Name -> column, in the order of the table. "r2" stands for one column per parameter."""


def checked_columns(names: Collection[str]) -> list[str]:
    """Return names of columns in their order; :class:`InputError` for an unknown one."""
    for name in names:
        if name not in COLUMNS:
            raise InputError(f"There is no column {name[:40]!r}; there are {', '.join(COLUMNS)}.")
    return [name for name in COLUMNS if name in names]


def run_table(
    rows: Sequence[RunRow], columns: Collection[str]
) -> list[dict[str, str | float | bool | list[str]]]:
    """Cells of the table by the heads of its columns.

    Parameters
    ----------
    rows : sequence of RunRow
        In the order of the table.
    columns : collection of str
        Keys of :data:`COLUMNS`.

    Returns
    -------
    list of dict
        One per row, all with the same keys. R² of a parameter that a run does not predict, or
        that its echoes do not determine, is NaN.
    """
    names = checked_columns(columns)
    symbols = {
        target: spec["symbol"]
        for row in rows
        for target, spec in row.manifest.targets.items()
        if target in row.scores.r2
    }
    heads = {name: COLUMNS[name].head for name in names}
    table = []
    for row in rows:
        cells: dict[str, Any] = {}
        for name in names:
            if name == "r2":
                r2 = row.scores.r2
                values = {s: r2.get(target, NO_VALUE) for target, s in symbols.items()}
                cells |= {f"R² {s}": _rounded(value) for s, value in values.items()}
            else:
                cells[heads[name]] = COLUMNS[name].value(row)
        table.append(cells)
    return table


def _rounded(score: float) -> float:
    """Three decimals, and no minus sign before zero."""
    return round(score, 3) + 0.0


def matching(
    rows: Sequence[RunRow], words: str = "", tags: Collection[str] = (), starred: bool = False
) -> list[RunRow]:
    """Rows that contain all words and have all tags.

    Parameters
    ----------
    rows : sequence of RunRow
        In any order.
    words : str
        Separated by blanks; looked for in title, tags, notes, model, features, data set, who and
        id, whatever their case.
    tags : collection of str
        Tags as stored.
    starred : bool
        Only rows with a star.
    """
    parts = words.casefold().split()
    return [
        row
        for row in rows
        if (row.marks.star or not starred)
        and set(tags) <= set(row.marks.tags)
        and all(part in row.searched for part in parts)
    ]


def in_order(rows: Sequence[RunRow], column: str, target: str = "") -> list[RunRow]:
    """Rows sorted by a column, the best, newest or first in the alphabet on top.

    Parameters
    ----------
    rows : sequence of RunRow
        In any order; equal ones keep it.
    column : str
        Key of :data:`COLUMNS`; "r2" is sorted by the R² of ``target``, or by the mean R².
    target : str
        Name of a parameter.
    """
    (name,) = checked_columns([column])
    if name == "r2":
        keys = [_r2_order(row, target) for row in rows]
    else:
        order = COLUMNS[name].order or COLUMNS[name].value
        keys = [order(row) for row in rows]
    present = [k for k, key in enumerate(keys) if not _missing(key)]
    present.sort(key=lambda k: _comparable(keys[k]), reverse=_descending(name))
    return [rows[k] for k in (*present, *(k for k in range(len(rows)) if _missing(keys[k])))]


def _r2_order(row: RunRow, target: str) -> float:
    r2 = row.scores.r2
    if target:
        return r2.get(target, NO_VALUE)
    return sum(r2.values()) / len(r2) if r2 else NO_VALUE


def _descending(name: str) -> bool:
    return name == "r2" or COLUMNS[name].descending


def _missing(key: Any) -> bool:
    return key in ("", []) or (isinstance(key, float) and math.isnan(key))


def _comparable(key: Any) -> Any:
    return key.casefold() if isinstance(key, str) else key
