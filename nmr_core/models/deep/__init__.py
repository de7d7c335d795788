"""Networks that need PyTorch and skorch (``pip install 'spin-echo-lab[deep]'``), all behind one regressor and one classifier.

A network is one file here that holds its equation and its options (cnn.py, lstm.py, ...), and a line in architectures.py.
Importing this package does not import PyTorch.
"""

from nmr_core.models.deep.architectures import ARCHITECTURES
from nmr_core.models.deep.entries import ENTRIES
from nmr_core.models.deep.estimators import DeepClassifier, DeepRegressor

__all__ = ["ARCHITECTURES", "ENTRIES", "DeepClassifier", "DeepRegressor"]
