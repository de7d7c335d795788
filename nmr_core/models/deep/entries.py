"""The networks as registered models, with their own options and those of the training."""

from functools import partial

from nmr_core.extras import require
from nmr_core.models._entry import ModelEntry
from nmr_core.models.deep._architecture import Architecture
from nmr_core.models.deep._torch import DEVICES
from nmr_core.models.deep.architectures import ARCHITECTURES
from nmr_core.models.deep.estimators import DeepClassifier, DeepRegressor
from nmr_core.parameters import Parameter, ParameterSpace


def _parameters(architecture: Architecture) -> ParameterSpace:
    return ParameterSpace(
        (
            *architecture.parameters,
            Parameter(
                "max_epochs",
                "epochs",
                "",
                1,
                1000,
                architecture.max_epochs,
                integer=True,
                description="Maximum number of passes over the data.",
            ),
            Parameter(
                "learning_rate",
                "learning rate",
                "",
                1e-6,
                0.1,
                architecture.learning_rate,
                "log",
                description="Highest learning rate of the one-cycle schedule.",
            ),
            Parameter(
                "n_channels",
                "channels",
                "curves",
                1,
                64,
                2,
                integer=True,
                description="Curves in the features: 2 (Re and Im) per setting.",
            ),
            Parameter(
                "device",
                "device",
                "",
                0,
                1,
                "auto",
                values=DEVICES,
                description="Device of the training; auto: a GPU if there is one.",
            ),
        )
    )


def _build(architecture: Architecture, estimator: type, seed: int, **options):
    require("deep", f"The model {architecture.name}")
    options = _parameters(architecture).defaults | options
    own = {name: options.pop(name) for name in architecture.parameters.names}
    return estimator(network=architecture.name, network_options=own, random_state=seed, **options)


ENTRIES: tuple[ModelEntry, ...] = tuple(
    ModelEntry(
        a.name,
        a.label,
        a.description,
        partial(_build, a, DeepRegressor),
        _parameters(a),
        family="deep",
        classify=partial(_build, a, DeepClassifier),
        requires="deep",
    )
    for a in ARCHITECTURES.values()
)
