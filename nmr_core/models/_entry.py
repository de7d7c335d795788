"""What a registered model is: how it is called, which tasks it can do, which options are worth a widget, how it is built."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sklearn.base import BaseEstimator

from nmr_core.errors import InputError
from nmr_core.parameters import ParameterSpace

NO_OPTIONS = ParameterSpace(())
TASKS = ("regression", "classification")
FAMILIES = ("baseline", "linear", "neighbours", "kernels", "trees", "networks", "ensembles", "deep")


@dataclass(frozen=True)
class ModelEntry:
    """A registered model: ``entry(seed=0, task="regression", **options)`` is a fresh, unfitted estimator.

    build    : (seed, **options) -> regressor; one that has an argument ``targets`` is told their names
    classify : the same -> classifier, or None where there is no natural one
    family   : one of :data:`FAMILIES`
    requires : name of the optional extra that it needs ("" = none)
    regress  : False for what can only classify
    """

    name: str
    label: str
    description: str
    build: Callable[..., BaseEstimator]
    parameters: ParameterSpace = NO_OPTIONS
    family: str = "linear"
    classify: Callable[..., BaseEstimator] | None = None
    requires: str = ""
    regress: bool = True

    @property
    def tasks(self) -> tuple[str, ...]:
        """Some of "regression", "classification"."""
        return ("regression",) * self.regress + ("classification",) * (self.classify is not None)

    def options(self, task: str = "regression") -> ParameterSpace:
        """The options that have a meaning in a task."""
        known = inspect.signature(self._builder(task)).parameters
        if any(argument.kind is argument.VAR_KEYWORD for argument in known.values()):
            return self.parameters
        return ParameterSpace(tuple(spec for spec in self.parameters if spec.name in known))

    def __call__(
        self, *, seed: int = 0, task: str = "regression", targets: Sequence[str] = (), **options
    ) -> BaseEstimator:
        """Unknown or impossible options, and a task that the model cannot do, are refused. ``targets``: names of what
        is predicted, for models that treat each in its own way."""
        build, meant = self._builder(task), self.options(task)
        checked = {name: self.parameters[name].check(value) for name, value in options.items()}
        idle = [name for name in checked if name not in meant]
        if idle:
            raise InputError(f"{self.label} has no use for {idle[0]} in {task}. Leave it out.")
        if "targets" in inspect.signature(build).parameters:
            checked["targets"] = tuple(targets)
        return build(seed, **checked)

    def _builder(self, task: str) -> Callable[..., BaseEstimator]:
        if task not in self.tasks:
            raise InputError(
                f"{self.label} cannot do {str(task)[:60]}; it can do {' and '.join(self.tasks)}."
            )
        return self.build if task == "regression" else self.classify
