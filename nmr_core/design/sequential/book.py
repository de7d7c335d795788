"""The lab book: what was asked for, measured and gained, until measuring ends."""

import secrets
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential.error_target import ErrorTarget
from nmr_core.design.sequential.estimate import LEVEL, Estimate
from nmr_core.design.settings import Acquisition
from nmr_core.errors import InputError


@dataclass(frozen=True, eq=False)
class Request:
    """What to measure next, or why to stop.

    Attributes
    ----------
    acquisition : Acquisition, optional
        None: stop.
    sentence : str
        What is expected of it, or why measuring ends.
    expected : float
        Weighted error that is expected after it, as a fraction of the ranges.
    seconds : float
        Time that it takes, with the change of the setting.
    gain_per_hour : float
        Expected fall of the weighted error per hour, as a fraction of the ranges.
    table : DataFrame
        The candidates, best first: setting, shots, seconds, expected (weighted error),
        gain_per_hour.
    """

    acquisition: Acquisition | None
    sentence: str
    expected: float = float("nan")
    seconds: float = 0.0
    gain_per_hour: float = 0.0
    table: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, eq=False)
class Entry:
    """One acquisition that was measured.

    Attributes
    ----------
    acquisition : Acquisition
    scores : float array (k,)
        The echo, averaged over its shots, on the basis of its setting in the pool.
    seconds : float
        Time that it took, with the change of the setting.
    estimate : Estimate
        Of all acquisitions up to this one.
    expected : float
        Weighted error that was expected after it; NaN where it was not asked for.
    name : str
        Of the measurement.
    misfit : float
        Rms of what no simulated echo explains, over the noise; about 1.
    note : str
        What to check; "" for nothing.
    sets_receiver : bool
        Whether phase and scale of the later echoes are from this one.
    """

    acquisition: Acquisition
    scores: np.ndarray
    seconds: float
    estimate: Estimate
    expected: float = float("nan")
    name: str = ""
    misfit: float = 1.0
    note: str = ""
    sets_receiver: bool = False


@dataclass(frozen=True, eq=False)
class LabBook:
    """A sequence of acquisitions of one material, with a pool of simulated ones to compare with.

    Attributes
    ----------
    id, title : str
    problem_fields : dict
        The problem as JSON, see :meth:`nmr_core.design.problem.DesignProblem.to_dict`.
    target : ErrorTarget
        Where measuring ends.
    prior : Estimate
        Before anything is measured.
    entries : tuple of Entry
    request : Request, optional
        What to measure next; None: not computed.
    least_gain : float
        Fall of the weighted error per hour, as a fraction of the ranges, below which measuring
        ends; 0: no such end.
    level : float
        Of the intervals.
    unknown : tuple of str
        Parameters that no setting determines; they do not count.
    truth : dict of str to float
        Parameters of the simulated material of a rehearsal; empty for a measured one.
    pool : Pool, optional
        Simulated materials at all settings; stored in a file of its own.
    created, owner : str
    receiver : dict
        Steps of the preparation of the first measured echo that hold for the later ones.
    changes : tuple of str
        One random word per change of the entries: two books that went on from one state differ.
    """

    id: str
    title: str
    problem_fields: dict[str, Any]
    target: ErrorTarget
    prior: Estimate
    entries: tuple[Entry, ...] = ()
    request: Request | None = None
    least_gain: float = 0.0
    level: float = LEVEL
    unknown: tuple[str, ...] = ()
    truth: dict[str, float] = field(default_factory=dict)
    pool: Pool | None = None
    created: str = ""
    owner: str = ""
    receiver: dict[str, Any] = field(default_factory=dict)
    changes: tuple[str, ...] = ()

    def changed(self, **fields: Any) -> "LabBook":
        """Return the book with other entries, and no request yet."""
        return replace(self, request=None, changes=(*self.changes, secrets.token_hex(4)), **fields)

    @cached_property
    def problem(self) -> DesignProblem:
        """The problem."""
        return DesignProblem.from_dict(self.problem_fields)

    @property
    def materials(self) -> Pool:
        """The pool.

        Raises
        ------
        InputError
            The book was read without it.
        """
        if self.pool is None:
            raise InputError(
                f"The lab book {self.id} was read without its simulated materials. Read it with "
                "load_book."
            )
        return self.pool

    @property
    def weights(self) -> np.ndarray:
        """Weights of the squared errors, (n,); 0 for parameters that no setting determines."""
        known = [name not in self.unknown for name in self.problem.names]
        return self.problem.weight_row * known

    @property
    def estimate(self) -> Estimate:
        """The present estimate; before anything is measured that of the prior."""
        return self.entries[-1].estimate if self.entries else self.prior

    @property
    def seconds(self) -> float:
        """Time so far, s."""
        return sum(entry.seconds for entry in self.entries)

    @property
    def remaining(self) -> float:
        """What is left of the budget, s."""
        return max(0.0, self.problem.budget - self.seconds)

    @property
    def is_finished(self) -> bool:
        """Whether measuring has ended."""
        return self.request is not None and self.request.acquisition is None

    @property
    def sentence(self) -> str:
        """The next acquisition, or why measuring ended, in words."""
        return self.request.sentence if self.request is not None else ""

    @property
    def table(self) -> pd.DataFrame:
        """One row per entry.

        setting, shots, seconds, seconds_so_far, expected and error (weighted, as a fraction of the
        ranges), gained (fall of the error by this entry), per parameter x predicted_x, low_x,
        high_x and error_x (a fraction of its range), then file, misfit and note.
        """
        widths = {spec.name: spec.width for spec in self.problem.specs}
        rows = []
        before, seconds = self.prior.weighted, 0.0
        for entry in self.entries:
            seconds += entry.seconds
            estimate = entry.estimate
            row: dict[str, Any] = {
                "setting": entry.acquisition.setting.label,
                "shots": entry.acquisition.shots,
                "seconds": entry.seconds,
                "seconds_so_far": seconds,
                "expected": entry.expected,
                "error": estimate.weighted,
                "gained": before - estimate.weighted,
            }
            for name, value in estimate.values.items():
                row[f"predicted_{name}"] = value
                row[f"low_{name}"] = estimate.low[name]
                row[f"high_{name}"] = estimate.high[name]
                row[f"error_{name}"] = estimate.errors[name] / widths[name]
            rows.append(row | {"file": entry.name, "misfit": entry.misfit, "note": entry.note})
            before = estimate.weighted
        return pd.DataFrame(rows)
