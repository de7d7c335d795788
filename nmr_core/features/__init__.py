"""Complex curves -> real features, as scikit-learn transformers.

    raw, window, magnitude        the curve itself
    fft                           its spectrum
    pca, minirocket               learned from the curves
    polynomial, polynomial_fft    multi-scale fits
    refocused                     the echo without what refocusing makes of the decay
    echo_shape                    the physicist's numbers
    "polynomial+echo_shape"       a stack of them

``FEATURIZERS[name](**options)`` or ``build(name, options)``, which knows stacks too. A new one is a
new file and one entry in ``registry.py``. Every featurizer has ``learns`` (whether fit needs more
than the shape of a curve) and ``support()`` (the time points behind each feature).
"""

from nmr_core.features._channels import CHANNELS
from nmr_core.features._featurizer import Featurizer
from nmr_core.features.polynomial import Polynomial
from nmr_core.features.raw import Raw
from nmr_core.features.registry import (
    FEATURIZERS,
    FeaturizerEntry,
    available,
    build,
    check,
    common,
    label,
    members,
)
from nmr_core.features.registry import space as options

__all__ = [
    "CHANNELS",
    "FEATURIZERS",
    "Featurizer",
    "FeaturizerEntry",
    "Polynomial",
    "Raw",
    "available",
    "build",
    "check",
    "common",
    "label",
    "members",
    "options",
]
