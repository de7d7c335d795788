"""Complex curves -> real features, as scikit-learn transformers; a new one is a new file and one line below."""

from collections.abc import Callable
from dataclasses import dataclass

from nmr_core.errors import InputError
from nmr_core.features._featurizer import CHANNELS, Featurizer
from nmr_core.features.polynomial import Polynomial
from nmr_core.features.raw import Raw


@dataclass(frozen=True)
class FeaturizerEntry:
    """A registered featurizer: ``entry(**options)`` builds it."""

    name: str
    label: str
    description: str
    build: Callable[..., Featurizer]
    parameters: tuple[str, ...] = ("channels", "window")

    def __call__(self, **options) -> Featurizer:
        """A fresh, unfitted featurizer; unknown options are refused."""
        for name in options:
            if name not in self.parameters:
                raise InputError(f"Featurizer {self.name} has no option {name!r}; it has {', '.join(self.parameters)}.")
        return self.build(**options)


FEATURIZERS: dict[str, FeaturizerEntry] = {entry.name: entry for entry in (
    FeaturizerEntry("raw", "Raw curve", "Every point of Re M and Im M.", Raw),
    FeaturizerEntry("polynomial", "Polynomials", "Cubic fits in 4, 5 and 10 bins.", Polynomial,
                    ("channels", "window", "n_splits", "order")),
)}

__all__ = ["CHANNELS", "FEATURIZERS", "Featurizer", "FeaturizerEntry", "Polynomial", "Raw"]
