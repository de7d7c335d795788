"""What a network is here: a function that builds it, its options, and the training that suits it."""

from collections.abc import Callable
from dataclasses import dataclass

from nmr_core.parameters import ParameterSpace


@dataclass(frozen=True)
class Architecture:
    """A registered network. ``build(n_channels, n_times, n_outputs, **options)`` is a torch.nn.Module that maps
    (n_samples, n_channels, n_times) to (n_samples, n_outputs); PyTorch is imported only there.

    max_epochs, learning_rate : defaults of the training; the rate is the highest of a one-cycle schedule
    """

    name: str
    label: str
    description: str
    build: Callable
    parameters: ParameterSpace
    max_epochs: int = 60
    learning_rate: float = 1e-3
