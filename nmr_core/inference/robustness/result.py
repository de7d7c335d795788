"""What was found out about a run under bad measurements: one table, and under which conditions."""

import time as clock
from dataclasses import dataclass, field, fields
from functools import cached_property

import pandas as pd

from nmr_core.datasets.manifest import versions
from nmr_core.effects import EFFECTS, Ladder
from nmr_core.inference.robustness.scoring import COLUMNS
from nmr_core.storage.old_names import with_current_names

OLD_FIELDS = {
    "twin": "other",
    "twin_created": "other_created",
    "twin_title": "other_title",
    "twin_own": "other_own",
    "twin_n_train": "other_n_train",
}
OLD_COLUMNS = {"doubtful": "borderline", "refused": "out_of_domain"}
ROW = ("run", "effect", "strength", *COLUMNS)


@dataclass(frozen=True)
class Robustness:
    """rows: one a run, effect, strength and target, columns :data:`ROW` (see :func:`~.scoring.scored`); effect "" and strength
    None are the run's own curves, as it was trained on.

    run, run_created   : the run; other, other_created : another one on the very same curves, "" = none
    targets, task      : of both; unidentifiable : target -> reason
    own                : measurement effects of the training data, as in a manifest; they stay under all of these
    effects            : name -> strengths, weak to strong; left_out: name -> why it could not be tried
    method, level      : of the calibration whose intervals were tried, "" = none
    calibrated         : when it was made
    n, seed, fresh     : curves at every strength; whether they were simulated for this (else: held out)
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

    @classmethod
    def from_stored(cls, stored: dict) -> "Robustness":
        """Build a result from its JSON fields; the names of versions up to 0.5 are accepted."""
        stored = {OLD_FIELDS.get(name, name): value for name, value in stored.items()}
        names = [entry.name for entry in fields(cls)]
        rows = [
            {OLD_COLUMNS.get(name, name): value for name, value in row.items()}
            for row in with_current_names(stored["rows"])
        ]
        return cls(**{name: stored[name] for name in names} | {"rows": rows})

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
        """Targets that can be known from an echo at all."""
        return tuple(name for name in self.targets if name not in self.unidentifiable)
