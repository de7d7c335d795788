"""Multilayer perceptrons: one of any size, and those of the 2020 challenge."""

from collections.abc import Callable
from typing import Any

from sklearn.base import BaseEstimator

from nmr_core.models._entry import ModelEntry
from nmr_core.models._options import SCALING, log, whole
from nmr_core.models.mlp import EarlyStoppingMLP
from nmr_core.models.mlp_classifier import EarlyStoppingClassifier
from nmr_core.parameters import ParameterSpace

USUAL = EarlyStoppingMLP().get_params()
"""Defaults of the estimator."""

MAX_EPOCHS = whole(
    "max_epochs", "epochs", 1, 1000, USUAL["max_epochs"], "Maximum number of passes over the data."
)
LEARNING_RATE = log(
    "learning_rate",
    "learning rate",
    1e-5,
    0.1,
    USUAL["learning_rate"],
    "Step of the first epoch (Adam).",
)
WEIGHT_DECAY = log(
    "weight_decay", "weight decay", 1e-8, 1, USUAL["weight_decay"], "Penalty on large weights."
)
PATIENCE = whole(
    "patience",
    "patience",
    1,
    1000,
    USUAL["patience"],
    "Training stops after this many epochs without a lower validation error.",
    "epochs",
)
ANY_SIZE = (
    whole("width_1", "width 1", 8, 2048, 512, "First hidden layer.", "units"),
    whole("width_2", "width 2", 8, 2048, 256, "Second hidden layer.", "units"),
    whole("width_3", "width 3", 0, 2048, 0, "Third hidden layer; 0 = none.", "units"),
)
SMOOTH_SIZE = tuple(
    width.within(width.low, width.high, units)
    for width, units in zip(ANY_SIZE, (256, 128, 64), strict=True)
)
SMOOTH_EPOCHS = MAX_EPOCHS.within(1, 1000, 30)
TRAINING = (MAX_EPOCHS, LEARNING_RATE, WEIGHT_DECAY, PATIENCE)


def _hidden(width_1: int, width_2: int, width_3: int) -> tuple[int, ...]:
    return (width_1, width_2, width_3) if width_3 else (width_1, width_2)


def network(
    seed: int,
    width_1: int = 512,
    width_2: int = 256,
    width_3: int = 0,
    max_epochs: int = MAX_EPOCHS.default,
    learning_rate: float = LEARNING_RATE.default,
    weight_decay: float = WEIGHT_DECAY.default,
    patience: int = PATIENCE.default,
    activation: str = "relu",
) -> EarlyStoppingMLP:
    """Build an unfitted network of two or three hidden layers; 0 = no third one."""
    return EarlyStoppingMLP(
        hidden=_hidden(width_1, width_2, width_3),
        max_epochs=max_epochs,
        learning_rate=learning_rate,
        weight_decay=weight_decay,
        patience=patience,
        random_state=seed,
        activation=activation,
    )


def classifier(
    seed: int,
    width_1: int = 512,
    width_2: int = 256,
    width_3: int = 0,
    max_epochs: int = MAX_EPOCHS.default,
    learning_rate: float = LEARNING_RATE.default,
    weight_decay: float = WEIGHT_DECAY.default,
    patience: int = PATIENCE.default,
    scaling: str = "common",
    activation: str = "relu",
) -> EarlyStoppingClassifier:
    """Build an unfitted network for classes; parameters as of :func:`network`."""
    return EarlyStoppingClassifier(
        hidden=_hidden(width_1, width_2, width_3),
        max_epochs=max_epochs,
        learning_rate=learning_rate,
        weight_decay=weight_decay,
        patience=patience,
        scaling=scaling,
        random_state=seed,
        activation=activation,
    )


def _smooth(build: Callable[..., BaseEstimator]) -> Callable[..., BaseEstimator]:
    """Builder of the same networks of smooth units, of their usual size."""

    def built(
        seed: int,
        width_1: int = SMOOTH_SIZE[0].default,
        width_2: int = SMOOTH_SIZE[1].default,
        width_3: int = SMOOTH_SIZE[2].default,
        max_epochs: int = SMOOTH_EPOCHS.default,
        **options: Any,
    ) -> BaseEstimator:
        return build(seed, width_1, width_2, width_3, max_epochs, activation="silu", **options)

    return built


smooth_network = _smooth(network)


def _published(kind: type[BaseEstimator], *hidden: int, **more):
    """Builder of a network of fixed size: initial weights of scikit-learn, constant rate."""

    def build(seed: int, max_epochs: int = 100) -> BaseEstimator:
        return kind(
            hidden=hidden, max_epochs=max_epochs, random_state=seed, learning_rate=5e-4, **more
        )

    return build


def _of_size(name: str, label: str, description: str, *hidden: int) -> ModelEntry:
    return ModelEntry(
        name,
        label,
        description,
        _published(EarlyStoppingMLP, *hidden, schedule="constant", gain=1.0),
        ParameterSpace((MAX_EPOCHS.within(1, 1000, 100),)),
        family="networks",
        classify=_published(EarlyStoppingClassifier, *hidden, schedule="constant"),
    )


ENTRIES = (
    ModelEntry(
        "mlp",
        "Neural network",
        "Two or three hidden layers; stops when a validation part no longer improves.",
        network,
        ParameterSpace((*ANY_SIZE, *TRAINING, SCALING.within(0, 1, "common"))),
        family="networks",
        classify=classifier,
    ),
    ModelEntry(
        "smooth_mlp",
        "Smooth neural network",
        "As the neural network, of units without a kink: curves change smoothly with what they "
        "depend on.",
        smooth_network,
        ParameterSpace((*SMOOTH_SIZE, SMOOTH_EPOCHS, *TRAINING[1:])),
        family="networks",
        classify=_smooth(classifier),
    ),
    _of_size(
        "mlp_32_32",
        "Network 32-32",
        "The small network that was published for the 2020 challenge.",
        32,
        32,
    ),
    _of_size(
        "mlp_512_256",
        "Network 512-256",
        "The best network that was published for the 2020 challenge.",
        512,
        256,
    ),
    _of_size(
        "mlp_tapered",
        "Network 400-400-200-24",
        "The layers of the 2020 organisers' network, each narrower than the one before.",
        400,
        400,
        200,
        24,
    ),
)
