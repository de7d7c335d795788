"""A recurrent network over the signal, in both directions of time."""

from typing import Any

from nmr_core.models.deep._architecture import Architecture
from nmr_core.parameters import Parameter, ParameterSpace


def build(
    n_channels: int, n_times: int, n_outputs: int, *, width: int = 96, depth: int = 1, step: int = 8
):
    """Build the network.

    The signal in steps of ``step`` points -> a bidirectional LSTM of ``depth`` layers -> its mean
    over the steps, its last forward and its last backward state -> two dense layers -> y.

    References
    ----------
    Hochreiter and Schmidhuber, Neural Computation 9, 1735 (1997).
    """
    import torch
    from torch import nn

    class Reader(nn.Module):
        def __init__(self):
            super().__init__()
            self.steps = nn.Conv1d(n_channels, width, step, stride=step)
            self.lstm = nn.LSTM(width, width, depth, batch_first=True, bidirectional=True)
            self.head = nn.Sequential(
                nn.Linear(4 * width, width), nn.GELU(), nn.Linear(width, n_outputs)
            )

        def forward(self, x: Any):
            x = nn.functional.pad(x, (0, -n_times % step))
            h, _ = self.lstm(self.steps(x).transpose(1, 2))  # (n_samples, n_steps, 2 width)
            return self.head(torch.cat([h.mean(1), h[:, -1, :width], h[:, 0, width:]], 1))

    return Reader()


LSTM = Architecture(
    "lstm",
    "LSTM",
    "A recurrent network over the signal, forwards and backwards.",
    build,
    ParameterSpace(
        (
            Parameter(
                "width",
                "width",
                "units",
                4,
                512,
                96,
                integer=True,
                description="Units in each direction.",
            ),
            Parameter(
                "depth", "depth", "layers", 1, 4, 1, integer=True, description="Recurrent layers."
            ),
            Parameter(
                "step",
                "step",
                "points",
                1,
                64,
                8,
                integer=True,
                description="Points per step; fewer are slower.",
            ),
        )
    ),
    learning_rate=3e-3,
)
