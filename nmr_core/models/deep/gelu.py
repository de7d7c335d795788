"""A multilayer perceptron of residual blocks, each of which only has to correct what came before."""

from typing import Any

from nmr_core.models.deep._architecture import Architecture
from nmr_core.parameters import Parameter, ParameterSpace


def build(n_channels: int, n_times: int, n_outputs: int, *, width: int = 256, depth: int = 3):
    """h_0 = W x;  h_{k+1} = h_k + B GELU(A GELU(h_k));  y = C GELU(h_depth). Widths are all ``width``.

    Source: the residual form of He et al. 2016; GELU(x) = x Φ(x), Hendrycks and Gimpel 2016.
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
