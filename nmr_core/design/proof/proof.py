"""What a proof found: promised and realised side by side."""

import json
from dataclasses import dataclass
from math import isfinite
from typing import Any

import pandas as pd

from nmr_core.design.proof.comparing import Ratio
from nmr_core.design.settings import Design
from nmr_core.parameters import Parameter

AGREEMENT = 0.15
"""Largest relative difference between the promised and the realised ratio that agrees."""
NO_PROMISE = Ratio(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, eq=False)
class Proof:
    """The same learner, trained on several designs of equal total time.

    Parameters
    ----------
    key : str
        Name of the design that it belongs to.
    problem : dict
        The problem, see :meth:`nmr_core.design.problem.DesignProblem.to_dict`.
    names : tuple of str
        Parameters that were learned: those that count.
    specs : tuple of Parameter
        Of the same parameters.
    table : DataFrame
        One row per design: name ("proposed", "default", "random best", "random control"), label,
        design (JSON, "" for the control), seconds, error_<name> (root mean square, in units of the
        range), error (weighted), ratio to the default with low and high (90 %), and promised,
        promised_low, promised_high (NaN where nothing was promised).
    realised : Ratio
        Error of the proposal over that of the default.
    against_random : Ratio
        Error of the proposal over the mean error of random designs.
    promised : Ratio
        What was promised; NaN without a promise.
    learner : str
    n_train, n_test, n_repeats, n_random : int
        Training and test materials, trainings per design, and random designs.
    seconds : float
        Computing time.
    """

    key: str
    problem: dict[str, Any]
    names: tuple[str, ...]
    specs: tuple[Parameter, ...]
    table: pd.DataFrame
    realised: Ratio
    against_random: Ratio
    promised: Ratio
    learner: str
    n_train: int
    n_test: int
    n_repeats: int
    n_random: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether the gain is realised: the interval of the ratio to the default is below 1."""
        return self.realised.high < 1

    @property
    def beats_random(self) -> bool:
        """Whether the proposal is better than random designs: the interval is below 1."""
        return self.against_random.high < 1

    @property
    def agrees(self) -> bool:
        """Whether promised and realised ratio agree within 15 %; False without a promise."""
        return abs(self.realised.value / self.promised.value - 1) <= AGREEMENT

    @property
    def verdict(self) -> str:
        """ "realised", "not realised" or "worse" (than the default)."""
        if self.holds:
            return "realised"
        return "worse" if self.realised.low > 1 else "not realised"

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        words = {
            "realised": "The gain is realised: the error is {} that of the default",
            "worse": "The proposed design is worse: its error is {} that of the default",
            "not realised": "The gain is not realised: the error is {} that of the default",
        }[self.verdict].format(self.realised.text)
        has_promise = isfinite(self.promised.value)
        if has_promise and self.promised.high >= 1 and self.verdict == "not realised":
            words = f"No gain was promised, and none is realised: the error is {self.realised.text}"
            words += " that of the default"
        promise = f", promised was {self.promised.text}" if has_promise else ""
        return f"{words}{promise}; it is {self._random_words}."

    @property
    def _random_words(self) -> str:
        ratio = self.against_random
        words = "smaller than" if ratio.high < 1 else "larger than" if ratio.low > 1 else "like"
        return f"{words} that of random designs of as many settings, {ratio.text}"

    @property
    def proposed(self) -> Design:
        """The design that was proven, as it was trained."""
        return Design.from_dict(json.loads(self.table["design"].iloc[0]))
