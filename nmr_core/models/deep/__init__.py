"""Networks that need PyTorch and skorch (``pip install 'spin-echo-lab[deep]'``), all behind one regressor and one classifier.

A network is one file here that holds its equation and its options (cnn.py, lstm.py, ...), and a line in architectures.py.
Importing this package does not import PyTorch.
"""

from nmr_core.models.deep.architectures import ARCHITECTURES
from nmr_core.models.deep.entries import ENTRIES
from nmr_core.models.deep.estimators import DeepClassifier, DeepRegressor

TRUSTED = (
    "nmr_core.models.deep.estimators.DeepClassifier",
    "nmr_core.models.deep.estimators.DeepRegressor",
)
"""Types beyond skops' own list that a saved network holds."""

__all__ = ["ARCHITECTURES", "ENTRIES", "TRUSTED", "DeepClassifier", "DeepRegressor"]
