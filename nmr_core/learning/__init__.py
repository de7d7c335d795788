"""Data set -> trained run: splits, targets, training, predictions and scores.

train.py trains and run.py reads what was trained, without scikit-learn until a model is needed;
identifiable.py says, before anything is trained, which parameters cannot be read from any echo.
"""

from nmr_core.learning.run import Run

__all__ = ["Run"]
