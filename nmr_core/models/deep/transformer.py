"""A small transformer over patches of the signal."""

from typing import Any

from nmr_core.errors import InputError
from nmr_core.models.deep._architecture import Architecture
from nmr_core.parameters import Parameter, ParameterSpace

HEADS = 4


def build(
    n_channels: int,
    n_times: int,
    n_outputs: int,
    *,
    width: int = 64,
    depth: int = 2,
    patch: int = 16,
):
    """Build the network.

    Patches of ``patch`` points -> ``width`` numbers per patch, plus a learned position; ``depth``
    layers of attention with 4 heads (layer norm first); the mean over the patches -> y.

    Raises
    ------
    InputError
        If ``width`` is no multiple of the number of heads.

    References
    ----------
    Vaswani et al., NeurIPS 2017. Nie et al., ICLR 2023 (patches).
    """
    import torch
    from torch import nn

    if width % HEADS:
        raise InputError(
            f"width must be a multiple of {HEADS}, the number of heads, got {width}. "
            f"Use {HEADS * max(1, round(width / HEADS))}."
        )

    class Patches(nn.Module):
        def __init__(self):
            super().__init__()
            self.patches = nn.Conv1d(n_channels, width, patch, stride=patch)
            self.places = nn.Parameter(0.02 * torch.randn(1, -(-n_times // patch), width))
            layer = nn.TransformerEncoderLayer(
                width,
                HEADS,
                2 * width,
                dropout=0.0,
                activation="gelu",
                batch_first=True,
                norm_first=True,
            )
            self.layers = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
            self.head = nn.Sequential(
                nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, n_outputs)
            )

        def forward(self, x: Any):
            x = nn.functional.pad(x, (0, -n_times % patch))
            h = self.patches(x).transpose(1, 2) + self.places
            return self.head(self.layers(h).mean(1))

    return Patches()


TRANSFORMER = Architecture(
    "transformer",
    "Transformer",
    "A small transformer over patches of the signal.",
    build,
    ParameterSpace(
        (
            Parameter(
                "width",
                "width",
                "units",
                8,
                512,
                64,
                integer=True,
                description="Numbers per patch; a multiple of 4.",
            ),
            Parameter(
                "depth",
                "depth",
                "layers",
                1,
                6,
                2,
                integer=True,
                description="Layers of attention.",
            ),
            Parameter(
                "patch", "patch", "points", 1, 64, 16, integer=True, description="Points per patch."
            ),
        )
    ),
)
