"""A convolutional network along time, Re M and Im M as its two input channels."""

from nmr_core.models.deep._architecture import Architecture
from nmr_core.parameters import Parameter, ParameterSpace

KERNEL = 7
POSITIONS = 8
"""Positions along the signal that the dense part can distinguish."""


def build(n_channels: int, n_times: int, n_outputs: int, *, width: int = 64, depth: int = 3):
    """Build the network.

    A stem (convolution over 7 points with stride 2) and ``depth`` depthwise separable blocks,

        h_c <- k_c * h_c      each channel with its own kernel
        h <- P h              mixes the channels
        h <- pool(ReLU(BatchNorm(h)))      means of two points

    then means over 8 positions along the signal, and two dense layers.

    References
    ----------
    Chollet, CVPR 2017 (depthwise separable convolutions). A network of this kind reached .0331
    (without xi) in the 2020 challenge.
    """
    from torch import nn

    def block() -> list:
        return [
            nn.Conv1d(width, width, KERNEL, padding="same", groups=width, bias=False),
            nn.Conv1d(width, width, 1, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.AvgPool1d(2, ceil_mode=True),
        ]

    stem = [
        nn.Conv1d(n_channels, width, KERNEL, stride=2, padding=KERNEL // 2, bias=False),
        nn.BatchNorm1d(width),
        nn.ReLU(),
    ]
    blocks = [layer for _ in range(depth) for layer in block()]
    return nn.Sequential(
        *stem,
        *blocks,
        nn.AdaptiveAvgPool1d(POSITIONS),
        nn.Flatten(),
        nn.Linear(POSITIONS * width, 2 * width),
        nn.ReLU(),
        nn.Linear(2 * width, n_outputs),
    )


CNN_SEPARABLE = Architecture(
    "cnn_separable",
    "Separable CNN",
    "Depthwise separable convolutions along time.",
    build,
    ParameterSpace(
        (
            Parameter(
                "width",
                "width",
                "channels",
                4,
                512,
                64,
                integer=True,
                description="Channels of each convolution.",
            ),
            Parameter(
                "depth",
                "depth",
                "blocks",
                1,
                6,
                3,
                integer=True,
                description="Separable blocks, each of which halves the length.",
            ),
        )
    ),
    max_epochs=60,
    learning_rate=3e-3,
)
