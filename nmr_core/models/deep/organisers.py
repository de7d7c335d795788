"""The network of the example notebook of the 2020 challenge."""

from nmr_core.models.deep._architecture import Architecture
from nmr_core.parameters import ParameterSpace

WIDTHS = (400, 400, 200, 24)


def build(n_channels: int, n_times: int, n_outputs: int):
    """Build the network: points -> 400 -> 400 -> 200 -> 24 -> targets, ReLU after hidden layers.

    References
    ----------
    ML4SCI Hackathon 2020, NMR spin challenge, example notebook (PyTorch, 400-400-200-24-4).
    """
    from torch import nn

    layers: list[nn.Module] = [nn.Flatten()]
    n_in = n_channels * n_times
    for width in WIDTHS:
        layers += [nn.Linear(n_in, width), nn.ReLU()]
        n_in = width
    return nn.Sequential(*layers, nn.Linear(n_in, n_outputs))


ORGANISERS = Architecture(
    "organisers_deep",
    "Organisers' network (PyTorch)",
    "The 2020 organisers' 400-400-200-24 network on the points of the signal.",
    build,
    ParameterSpace(()),
)
