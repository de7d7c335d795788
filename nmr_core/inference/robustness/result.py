"""The robustness of a run: scores for every effect, strength and target, and their conditions.

On disk it is NMR_DATA/robustness/<run id>/robustness.json. Results of the runs that ship with the
package lie beside these runs.
"""

import math
import time as clock
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from nmr_core.datasets.manifest import versions
from nmr_core.effects import EFFECTS, Ladder
from nmr_core.inference.robustness.scoring import COLUMNS
from nmr_core.storage import catalogue
from nmr_core.storage.arrays import reading
from nmr_core.storage.kinds import ROBUSTNESS
from nmr_core.storage.old import RENAMED_ROBUSTNESS
from nmr_core.storage.results import read_result, write_result

FILE = ROBUSTNESS.document
ROW = ("run", "effect", "strength", *COLUMNS)
KEY = ("run", "effect", "strength", "target")
"""Columns that name a row."""


def _finite(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _positive(value: float) -> bool:
    return _finite(value) and value > 0


@dataclass(frozen=True)
class Robustness:
    """Scores of a run for every effect and strength.

    Parameters
    ----------
    run, run_created : str
        Id of the run, and when it was trained.
    task, targets : str, dict
        Of both runs; unidentifiable : target -> reason.
    own : list
        Measurement effects of the training data, which are applied throughout.
    effects : dict
        Name -> strengths, weak to strong; left_out : name -> why it could not be applied.
    n, seed, fresh
        Signals per strength; whether they were simulated for this, or are held-out ones.
    level, method, calibrated
        Of the intervals; method "" if there were none.
    rows : list of dict
        One per run, effect, strength and target, with the columns ``ROW`` (see
        :func:`~.scoring.scored`). Effect "" with strength None: signals like the training data.
    other, other_created : str
        Another run on the same signals; "" if there is none.
    owner : str
        Who computed it, "" if unknown.
    """

    run: str
    run_created: str
    title: str
    task: str
    targets: dict[str, dict[str, Any]]
    unidentifiable: dict[str, str]
    n_train: int
    own: list[dict[str, Any]]
    effects: dict[str, list[float]]
    left_out: dict[str, str]
    n: int
    seed: int
    fresh: bool
    level: float
    rows: list[dict[str, Any]]
    seconds: float
    method: str = ""
    calibrated: str = ""
    other: str = ""
    other_created: str = ""
    other_title: str = ""
    other_own: list[dict[str, Any]] = field(default_factory=list)
    other_n_train: int = 0
    created: str = field(
        default_factory=lambda: clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime())
    )
    versions: dict[str, str] = field(default_factory=versions)
    owner: str = ""

    def check(self) -> None:
        """Raise ValueError, TypeError or KeyError unless the rows are complete and of numbers."""
        for effect, strengths in self.effects.items():
            if effect not in EFFECTS or not strengths or not all(map(_positive, strengths)):
                raise ValueError(f"effects: {effect[:40]!r}")
        for name, spec in self.targets.items():
            if not isinstance(spec["symbol"], str) or not isinstance(spec["label"], str):
                raise TypeError(f"targets: {name[:40]!r}")
        # One row per run, effect, strength and target, and one per run and target without effect
        conditions = [("", None)]
        conditions += [(name, value) for name, values in self.effects.items() for value in values]
        runs = [self.run, self.other] if self.other else [self.run]
        expected = {
            (run, *condition, name)
            for run in runs
            for condition in conditions
            for name in self.targets
        }
        rows = {tuple(row[name] for name in KEY) for row in self.rows}
        if not self.targets or rows != expected:
            raise ValueError("rows are missing")
        numbers = [row[name] for row in self.rows for name in ROW if name not in KEY]
        if not all(value is None or _finite(value) for value in numbers):
            raise TypeError("a row holds text instead of numbers")

    def table(self) -> pd.DataFrame:
        """Return the rows as a table, with NaN for None."""
        return self._table.copy()

    @cached_property
    def _table(self) -> pd.DataFrame:
        table = pd.DataFrame(self.rows, columns=list(ROW))
        numbers = [name for name in ROW if name not in ("run", "effect", "target", "n")]
        return table.astype(dict.fromkeys(numbers, float))

    def own_rows(self, run: str = "") -> pd.DataFrame:
        """Return scores for signals like the training data, indexed by target.

        Parameters
        ----------
        run : str
            Id of the run or of the other run; "" is the run.
        """
        table = self._table
        is_own = (table["run"] == (run or self.run)) & (table["effect"] == "")
        return table[is_own].set_index("target")

    def along(self, effect: str, target: str, run: str = "") -> pd.DataFrame:
        """Return the rows of one effect and target, from weak to strong.

        Parameters
        ----------
        effect, target : str
            Names of the effect and of the target.
        run : str
            Id of the run or of the other run; "" is the run.
        """
        table = self._table
        is_along = (table["run"] == (run or self.run)) & (table["effect"] == effect)
        rows = table[is_along & (table["target"] == target)]
        is_rising = not EFFECTS[effect].ladder.falling
        return rows.sort_values("strength", ascending=is_rising, ignore_index=True)

    def ladder(self, effect: str) -> Ladder:
        """Return an effect with the strengths at which it was computed."""
        return EFFECTS[effect].ladder.along(self.effects[effect])

    @property
    def known(self) -> tuple[str, ...]:
        """Targets that are identifiable from an echo."""
        return tuple(name for name in self.targets if name not in self.unidentifiable)


def save_robustness(result: Robustness, path: str | Path | None = None) -> Path:
    """Write a result; an earlier one in the data folder goes to the trash.

    Parameters
    ----------
    result : Robustness
        Scores of the run for every effect and strength.
    path : str or Path, optional
        Folder; default: that of the run under ``NMR_DATA/robustness``.

    Returns
    -------
    Path
        The folder.
    """
    if path is None:
        return catalogue.put(
            ROBUSTNESS,
            result.run,
            lambda folder: write_result(result, folder / FILE),
            by=result.owner,
        )
    write_result(result, Path(path) / FILE)
    return Path(path)


def find_robustness(run: str) -> Path | None:
    """Return the folder of a run's result, or None if there is none."""
    return catalogue.find(ROBUSTNESS, run)


def load_robustness(run: str | Path) -> Robustness:
    """Load the robustness of a run.

    Parameters
    ----------
    run : str or Path
        Id of the run, or the folder of the result.

    Raises
    ------
    InputError
        There is none.
    FailedError
        It is damaged.
    """
    advice = f"Compute it: python -m nmr_core robustness {run}"
    folder = catalogue.of_run(ROBUSTNESS, run, advice)
    what = ROBUSTNESS.label
    result = read_result(folder / FILE, Robustness, what=what, renamed=RENAMED_ROBUSTNESS)
    with reading(what, folder):
        result.check()
    return result


def delete_robustness(run: str, *, by: str = "") -> None:
    """Move the result of a run to the trash."""
    catalogue.delete(ROBUSTNESS, run, by=by)
