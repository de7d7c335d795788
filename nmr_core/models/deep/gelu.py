"""A multilayer perceptron of residual blocks with GELU."""

from typing import Any

from nmr_core.models.deep._architecture import Architecture
from nmr_core.parameters import Parameter, ParameterSpace


def build(n_channels: int, n_times: int, n_outputs: int, *, width: int = 256, depth: int = 3):
    """Build the network; all layers have ``width`` units.

    h_0 = W x;  h_{k+1} = h_k + B GELU(A GELU(h_k));  y = C GELU(h_depth), with GELU(x) = x Phi(x).

    References
    ----------
    He et al., ECCV 2016 (residual blocks). Hendrycks and Gimpel, arXiv:1606.08415 (GELU).
    """
    from torch import nn

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Sequential(
                nn.GELU(), nn.Linear(width, width), nn.GELU(), nn.Linear(width, width)
            )

        def forward(self, h: Any):
            return h + self.inner(h)

    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(n_channels * n_times, width),
        *(Residual() for _ in range(depth)),
        nn.GELU(),
        nn.Linear(width, n_outputs),
    )


GELU_MLP = Architecture(
    "gelu_mlp",
    "Residual GELU network",
    "Residual blocks of a multilayer perceptron with GELU.",
    build,
    ParameterSpace(
        (
            Parameter(
                "width",
                "width",
                "units",
                8,
                2048,
                256,
                integer=True,
                description="Units of each layer.",
            ),
            Parameter(
                "depth",
                "depth",
                "blocks",
                1,
                12,
                3,
                integer=True,
                description="Residual blocks of two layers.",
            ),
        )
    ),
)
