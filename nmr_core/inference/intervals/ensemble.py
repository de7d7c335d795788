"""Scaled intervals with the disagreement of models that were trained on other simulated data."""

import numpy as np

from nmr_core.inference.intervals.conformal import position
from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.inference.intervals.scaled import Scaled


class Ensemble(Scaled):
    """s = |y - ŷ| / σ(x, v); box = ŷ ± q σ(x, v), with v the root mean square distance of the members' estimates from the run's
    own ŷ, and σ learned as in :class:`Scaled`, from log v too. (v alone is a poor σ: members that were trained on fewer curves
    than the run disagree where they are poor, not where it is.)

    Source: Lakshminarayanan, Pritzel & Blundell, NeurIPS (2017), for the spread; conformalised as in Lei et al. (2018).

    Learned: also ``spreads_`` (n, n_known) of usual curves, and ``largest_`` (n,) of their ranks.
    """

    def _known_of(self, inputs: Inputs) -> np.ndarray:
        return np.concatenate(
            [inputs.all, np.log(_spread(inputs))], axis=1, dtype=np.float32, casting="same_kind"
        )

    def know(self, inputs: Inputs) -> None:
        """Remember the spreads of usual curves, which doubt is measured against."""
        self.spreads_ = _spread(inputs)
        self.largest_ = position(self.spreads_, self.spreads_).max(axis=1)

    def doubt(self, inputs: Inputs) -> np.ndarray:
        """Share of the usual curves about which the members disagree less, in (0, 1), float64 (n,); the target with the largest
        one counts."""
        largest = position(self.spreads_, _spread(inputs)).max(axis=1, keepdims=True)
        return position(self.largest_[:, None], largest)[:, 0]


def _spread(inputs: Inputs) -> np.ndarray:
    """v, (n, n_known), in shares of the range; never 0."""
    return np.sqrt(((inputs.members - inputs.centre) ** 2).mean(axis=0)) + 1e-6
