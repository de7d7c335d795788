"""Entry of the registry of networks: builder, options, defaults of the training."""

from collections.abc import Callable
from dataclasses import dataclass

from nmr_core.parameters import ParameterSpace


@dataclass(frozen=True)
class Architecture:
    """A registered network.

    Attributes
    ----------
    name, label, description : str
        Key in ``ARCHITECTURES``, title, one sentence.
    build : callable
        ``build(n_channels, n_times, n_outputs, **options)`` -> torch.nn.Module that maps
        (n_samples, n_channels, n_times) to (n_samples, n_outputs). It imports PyTorch.
    parameters : ParameterSpace
        Its options.
    max_epochs : int
        Default of the training.
    learning_rate : float
        Default of the training: the highest rate of a one-cycle schedule.
    """

    name: str
    label: str
    description: str
    build: Callable
    parameters: ParameterSpace
    max_epochs: int = 60
    learning_rate: float = 1e-3
