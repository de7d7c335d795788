"""The curve itself."""

import numpy as np

from nmr_core.features._featurizer import Featurizer


class Raw(Featurizer):
    """Every point of the window as a feature: x_k = Re M(t_k), then Im M(t_k)."""

    def _transform(self, curves: np.ndarray) -> np.ndarray:
        return curves

    def _names(self) -> list[str]:
        return [str(k) for k in range(self.first_, self.last_)]
