"""The robustness of a run: scores for every effect, strength and target, and their conditions."""

import math
import time as clock
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from nmr_core.datasets.manifest import versions
from nmr_core.effects import EFFECTS, Ladder
from nmr_core.inference.robustness.scoring import COLUMNS

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
    """

    run: str
    run_created: str
    title: str
    task: str
    targets: dict[str, dict]
    unidentifiable: dict[str, str]
    n_train: int
    own: list
    effects: dict[str, list]
    left_out: dict[str, str]
    n: int
    seed: int
    fresh: bool
    level: float
    rows: list
    seconds: float
    method: str = ""
    calibrated: str = ""
    other: str = ""
    other_created: str = ""
    other_title: str = ""
    other_own: list = field(default_factory=list)
    other_n_train: int = 0
    created: str = field(
        default_factory=lambda: clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime())
    )
    versions: dict[str, str] = field(default_factory=versions)

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
        """The rows; None becomes NaN."""
        return self._table.copy()

    @cached_property
    def _table(self) -> pd.DataFrame:
        table = pd.DataFrame(self.rows, columns=list(ROW))
        return table.astype(
            {name: float for name in ROW if name not in ("run", "effect", "target", "n")}
        )

    def own_rows(self, run: str = "") -> pd.DataFrame:
        """Scores of one of the runs on its own kind of curves, indexed by target."""
        table = self._table
        return table[(table["run"] == (run or self.run)) & (table["effect"] == "")].set_index(
            "target"
        )

    def along(self, effect: str, target: str, run: str = "") -> pd.DataFrame:
        """Rows of one effect and target, weak to strong."""
        table = self._table
        own = table[
            (table["run"] == (run or self.run))
            & (table["effect"] == effect)
            & (table["target"] == target)
        ]
        return own.sort_values(
            "strength", ascending=not EFFECTS[effect].ladder.falling, ignore_index=True
        )

    def ladder(self, effect: str) -> Ladder:
        """The strengths of an effect, as they were tried."""
        return EFFECTS[effect].ladder.along(self.effects[effect])

    @property
    def known(self) -> tuple[str, ...]:
        """Targets that are identifiable from an echo."""
        return tuple(name for name in self.targets if name not in self.unidentifiable)
