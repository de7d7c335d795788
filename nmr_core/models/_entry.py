"""Entry of the model registry: name, tasks, options and builder."""

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
    """A registered model: ``entry(seed=0, task="regression", **options)`` is an unfitted estimator.

    Attributes
    ----------
    name, label, description : str
        Key in ``MODELS``, title, one sentence.
    build : callable
        ``build(seed, **options)`` -> regressor. If it has an argument ``targets``, it gets the
        names of the targets.
    parameters : ParameterSpace
        Options with a range and a default.
    family : str
        One of :data:`FAMILIES`.
    classify : callable, optional
        ``classify(seed, **options)`` -> classifier.
    requires : str
        Name of the optional extra that it needs; "": none.
    regress : bool
        False for a model that only classifies.
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
        """Tasks that the model can do, of "regression" and "classification"."""
        able = (self.regress, self.classify is not None)
        return tuple(task for task, possible in zip(TASKS, able, strict=True) if possible)

    def options(self, task: str = "regression") -> ParameterSpace:
        """Options that apply to a task."""
        arguments = inspect.signature(self._builder(task)).parameters
        if any(argument.kind is argument.VAR_KEYWORD for argument in arguments.values()):
            return self.parameters
        return ParameterSpace(tuple(spec for spec in self.parameters if spec.name in arguments))

    def __call__(
        self, *, seed: int = 0, task: str = "regression", targets: Sequence[str] = (), **options
    ) -> BaseEstimator:
        """Build an unfitted estimator.

        Parameters
        ----------
        seed : int
            Random state of the estimator.
        task : str
            One of :attr:`tasks`.
        targets : sequence of str
            Names of the targets, for models that treat each differently.
        **options
            Values of :attr:`parameters`; default: their defaults.

        Raises
        ------
        InputError
            If the task is not possible, or an option is unknown, out of range or without effect.
        """
        build = self._builder(task)
        effective = self.options(task)
        checked = {name: self.parameters[name].check(value) for name, value in options.items()}
        idle = [name for name in checked if name not in effective]
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
