"""The signal itself."""

import numpy as np

from nmr_core.features._channels import ChannelFeaturizer


class Raw(ChannelFeaturizer):
    """Every point of the window as a feature: x_k = Re M(t_k), then Im M(t_k)."""

    name = "raw"

    def _names(self) -> list[str]:
        return [str(k) for k in range(self.first_, self.last_)]

    def _channel_support(self) -> np.ndarray:
        points = np.arange(self.last_ - self.first_)
        return np.stack([points, points + 1], axis=1)
