"""Networks on PyTorch and skorch, behind one regressor and one classifier; extra "deep".

A network is one file that holds its equation and its options (cnn.py, lstm.py, ...), and one line
in architectures.py. Importing this package does not import PyTorch.
"""

from nmr_core.models.deep.architectures import ARCHITECTURES
from nmr_core.models.deep.entries import ENTRIES
from nmr_core.models.deep.estimators import DeepClassifier, DeepRegressor

__all__ = ["ARCHITECTURES", "ENTRIES", "DeepClassifier", "DeepRegressor"]
