"""Data set -> trained run: splits, targets, training, predictions and scores.

identifiable.py says, before anything is trained, which parameters cannot be read from any echo.
"""

from nmr_core.learning.identifiable import unidentifiable
from nmr_core.learning.run import Run
from nmr_core.learning.train import train

__all__ = ["Run", "train", "unidentifiable"]
