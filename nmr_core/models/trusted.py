"""Which types a saved model may hold, and loading one: any other type is refused.

Nothing is unpickled.

A crafted ``Tree`` can still crash the process that predicts with it (skops PR #535), so a model
from a stranger belongs into a worker process. skops is imported when it is used, as it looks
through all of scikit-learn then.
"""

import sys
import warnings
from pathlib import Path
from types import ModuleType

from sklearn.base import BaseEstimator
from sklearn.exceptions import InconsistentVersionWarning

SKLEARN = (
    "sklearn._loss._loss.CyPinballLoss",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.gaussian_process.kernels.ConstantKernel",
    "sklearn.gaussian_process.kernels.Product",
    "sklearn.gaussian_process.kernels.RBF",
    "sklearn.gaussian_process.kernels.Sum",
    "sklearn.gaussian_process.kernels.WhiteKernel",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
)
"""What scikit-learn's models are made of and skops does not list."""
PACKAGE = __name__.partition(".")[0]
TORCH_PART = "sklearn.externals.array_api_compat.torch"
"""The package of scikit-learn that imports PyTorch; it holds no estimator."""


def import_skops() -> ModuleType:
    """Return ``skops.io``, imported without PyTorch, which would take twice as long as the rest."""
    absent = {TORCH_PART: None} if TORCH_PART not in sys.modules else {}
    sys.modules.update(absent)  # type: ignore[arg-type]
    try:
        import skops.io
    finally:
        for name in absent:
            sys.modules.pop(name, None)
    return skops.io  # type: ignore[no-any-return]


def trusted_types() -> list[str]:
    """Dotted names of the types beyond skops' own list that a saved model may hold.

    These are the estimators that this package defines (featurizers, models, interval methods; those
    that are imported), and :data:`SKLEARN`.
    """
    own = [kind for kind in _subclasses(BaseEstimator) if kind.__module__.startswith(f"{PACKAGE}.")]
    return sorted({f"{kind.__module__}.{kind.__qualname__}" for kind in own}) + list(SKLEARN)


def _subclasses(kind: type) -> list[type]:
    """Subclasses at any depth."""
    direct: list[type] = kind.__subclasses__()
    return direct + [deeper for child in direct for deeper in _subclasses(child)]


def load_trusted(path: Path):
    """The object in a skops file.

    Raises
    ------
    ValueError
        If the file holds a type that is not in :func:`trusted_types`; the object is not built then.
    """
    skops_io = import_skops()
    trusted = trusted_types()
    foreign = set(skops_io.get_untrusted_types(file=path)) - set(trusted)
    if foreign:
        raise ForeignTypes(
            f"it holds types that are not loaded: {', '.join(sorted(foreign))[:120]}"
        )
    with warnings.catch_warnings():
        # The caller compares the versions where it matters
        warnings.simplefilter("ignore", InconsistentVersionWarning)
        return skops_io.load(path, trusted=trusted)


class ForeignTypes(ValueError):
    """A saved model holds types that are not ours."""
