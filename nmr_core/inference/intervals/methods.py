"""The registered interval methods; a new one is a new file and one entry here."""

from collections.abc import Callable
from dataclasses import dataclass

from nmr_core.errors import InputError
from nmr_core.inference.intervals.constant import Constant
from nmr_core.inference.intervals.ensemble import Ensemble
from nmr_core.inference.intervals.posterior import Posterior
from nmr_core.inference.intervals.quantile import Quantile
from nmr_core.inference.intervals.scaled import Scaled
from nmr_core.inference.intervals.sets import Adaptive, LeastAmbiguous
from nmr_core.inference.intervals.uniform import Uniform


@dataclass(frozen=True)
class Method:
    """A registered method.

    Parameters
    ----------
    name, label, description : str
    build : callable
        ``build(seed)`` returns an unfitted family of intervals with ``fit(inputs, y)``,
        ``centre(inputs)`` and ``score(inputs, y)``, both (n, n_known), and ``box(inputs, q)``,
        which returns (low, high), all as fractions of the range of the prior. With ``local``
        ``fit`` takes weights, too, and there is ``fit_critical(inputs, y, weights)``. For classes
        it has ``scores(probability)``, (n, n_classes), and ``sets(probability, q)``.
    task : str
        "regression" or "classification".
    learns : bool
        Whether it is fitted to signals of its own, which then give no scores.
    members : bool
        Whether it needs further models, each trained on a simulated data set of its own.
    local : bool
        Whether it fits critical values, to signals of their own, so that the coverage is the same
        in every range of the true values and of the estimates.
    """

    name: str
    label: str
    description: str
    build: Callable
    task: str = "regression"
    learns: bool = True
    members: bool = False
    local: bool = False


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "uniform",
            "Uniform",
            "The coverage is the same in every range of the true value and of the estimates, also "
            "near the bounds of the prior.",
            Uniform,
            local=True,
        ),
        Method(
            "scaled",
            "Scaled",
            "Error over a learned size of error: wide where the estimate is poor.",
            Scaled,
        ),
        Method("constant", "Constant", "The same width for every signal.", Constant, learns=False),
        Method(
            "quantile",
            "Quantiles",
            "Conformalised quantile regression: the two sides have widths of their own.",
            Quantile,
        ),
        Method(
            "ensemble",
            "Ensemble",
            "Wide where models trained on other data disagree; also returns their disagreement.",
            Ensemble,
            members=True,
        ),
        Method(
            "posterior",
            "Binned posterior",
            "The whole marginal density of each parameter.",
            Posterior,
        ),
        Method(
            "lac",
            "Smallest sets",
            "All classes that are probable enough: the smallest sets on average.",
            LeastAmbiguous,
            task="classification",
            learns=False,
        ),
        Method(
            "aps",
            "Adaptive sets",
            "The most probable classes up to a sum: larger sets where classes are hard to tell "
            "apart.",
            Adaptive,
            task="classification",
            learns=False,
        ),
    )
}
"""Name -> method; the first of a task is its default."""


def methods_for(task: str) -> tuple[str, ...]:
    """Return the names of the methods of "regression" or "classification"."""
    return tuple(name for name, method in METHODS.items() if method.task == task)


def default_method(task: str) -> str:
    """Return the name of the method that is used by default."""
    return methods_for(task)[0]


def checked_method(name: str, task: str) -> Method:
    """Return a method by name; "" is the default of the task.

    Raises
    ------
    InputError
        The task has no method of that name.
    """
    name = name or default_method(task)
    if name not in methods_for(task):
        names = ", ".join(methods_for(task))
        raise InputError(f"A method for a {task} is one of {names}; got {str(name)[:40]!r}.")
    return METHODS[name]
