"""Models that answer with a sum over training curves, weighted by similarity to the new one."""

from sklearn.base import BaseEstimator

from nmr_core.models._entry import ModelEntry
from nmr_core.models._options import SCALING, log, max_curves, whole
from nmr_core.models.composite import PerTarget
from nmr_core.models.gaussian_process import SubsetGaussianProcess
from nmr_core.models.grouped import scaled
from nmr_core.models.kernel_ridge import MedianKernelRidge
from nmr_core.models.support_vectors import CalibratedSVC, StandardisedSVR
from nmr_core.parameters import Parameter, ParameterSpace


def _svr(
    seed: int,
    C: float = 10.0,
    epsilon: float = 0.02,
    kernel: str = "rbf",
    scaling: str = "each",
    max_curves: int = 10_000,
) -> BaseEstimator:
    return scaled(PerTarget(StandardisedSVR(C, epsilon, kernel, max_curves, seed)), scaling)


def _svc(
    seed: int, C: float = 10.0, kernel: str = "rbf", scaling: str = "each", max_curves: int = 10_000
) -> BaseEstimator:
    return scaled(CalibratedSVC(C, kernel, max_curves, seed), scaling)


def _kernel_ridge(
    seed: int, length: float = 1.0, scaling: str = "each", max_curves: int = 10_000
) -> BaseEstimator:
    return scaled(MedianKernelRidge(length, max_curves, seed), scaling)


def _gaussian_process(seed: int, n_subset: int = 1500, scaling: str = "each") -> BaseEstimator:
    return scaled(SubsetGaussianProcess(n_subset, random_state=seed), scaling)


ENTRIES = (
    ModelEntry(
        "svr",
        "Support vectors",
        "A sum over the training curves that matter; a machine a target, on at most max_curves "
        "curves (the time grows with their square). As classifier, with probabilities calibrated "
        "on five folds.",
        _svr,
        ParameterSpace(
            (
                log("C", "C", 1e-3, 1e4, 10.0, "How much an error outside of the tube costs."),
                log(
                    "epsilon",
                    "ε",
                    1e-4,
                    1,
                    0.02,
                    "Half width of the tube in which errors cost nothing, in standard "
                    "deviations of the target.",
                ),
                Parameter(
                    "kernel",
                    "kernel",
                    "",
                    0,
                    1,
                    "rbf",
                    values=("rbf", "poly", "linear"),
                    description="Similarity: Gaussian, cubic, or linear.",
                ),
                SCALING,
                max_curves(10_000),
            )
        ),
        family="kernels",
        classify=_svc,
    ),
    ModelEntry(
        "kernel_ridge",
        "Kernel ridge",
        "Ridge regression with a Gaussian similarity; the penalty is chosen per target by "
        "leave-one-out. Uses at most max_curves curves n: 16 n² bytes (1.6 GB for 10,000, 6.4 GB "
        "for 20,000), and a time that grows as n³.",
        _kernel_ridge,
        ParameterSpace(
            (
                log(
                    "length",
                    "length",
                    0.05,
                    20,
                    1.0,
                    "Range of the similarity, in units of the median distance between curves.",
                ),
                SCALING,
                max_curves(10_000),
            )
        ),
        family="kernels",
    ),
    ModelEntry(
        "gaussian_process",
        "Gaussian process",
        "Like kernel ridge, with range and noise that make the data most likely, "
        "on a random subset of the curves; it also knows how uncertain it is.",
        _gaussian_process,
        ParameterSpace(
            (
                whole(
                    "n_subset",
                    "subset",
                    50,
                    5000,
                    1500,
                    "Training curves that are used, chosen at random.",
                    "curves",
                ),
                SCALING,
            )
        ),
        family="kernels",
    ),
)
