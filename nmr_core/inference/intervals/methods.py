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


@dataclass(frozen=True)
class Method:
    """A registered method: ``build(seed)`` is an unfitted family.

    A family has ``fit(inputs, y)``, ``centre(inputs)`` (n, k), ``score(inputs, y)`` (n, k) and ``box(inputs, q)`` -> (low, high),
    all in shares of the range; one of sets has ``scores(probability)`` (n, n_classes) and ``sets(probability, q)``.

    learns  : fitted on curves of its own, so that these are not left for the scores
    members : needs other models, each trained on its own simulated data set
    """

    name: str
    label: str
    description: str
    build: Callable
    task: str = "regression"
    learns: bool = True
    members: bool = False


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "scaled",
            "Scaled",
            "Error over a learned size of error: wide where the estimate is poor.",
            Scaled,
        ),
        Method("constant", "Constant", "The same width for every curve.", Constant, learns=False),
        Method(
            "quantile",
            "Quantiles",
            "Conformalised quantile regression: the two sides have widths of their own.",
            Quantile,
        ),
        Method(
            "ensemble",
            "Ensemble",
            "Wide where models that were trained on other data disagree; says how much they do.",
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
            "The most probable classes until their sum is large enough: larger sets where it is hard.",
            Adaptive,
            task="classification",
            learns=False,
        ),
    )
}
"""Name -> method; the first of a task is its default."""


def methods_for(task: str) -> tuple[str, ...]:
    """Names of the methods of "regression" or "classification"."""
    return tuple(name for name, method in METHODS.items() if method.task == task)


def default_method(task: str) -> str:
    """Return the name of the method that is used by default."""
    return methods_for(task)[0]


def checked_method(name: str, task: str) -> Method:
    """The method, "" = the task's default; :class:`InputError` if there is none of that name for the task."""
    name = name or default_method(task)
    if name not in methods_for(task):
        raise InputError(
            f"A method for a {task} is one of {', '.join(methods_for(task))}; got {str(name)[:40]!r}."
        )
    return METHODS[name]
