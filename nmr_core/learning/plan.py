"""How a training is asked for: a recipe fills what is not given, and the task must fit."""

from dataclasses import dataclass, field

from nmr_core import features
from nmr_core.errors import InputError
from nmr_core.models import MODELS, RECIPES


@dataclass(frozen=True)
class Plan:
    """Featurizer and model with their options; ``symmetries``: None = whatever maps the data set has."""

    featurizer: str = "raw"
    model: str = "mlp"
    featurizer_options: dict = field(default_factory=dict)
    model_options: dict = field(default_factory=dict)
    symmetries: bool | None = None
    recipe: str = ""
    task: str = ""

    @property
    def label(self) -> str:
        """What a run is called: the label of its recipe, or :attr:`model_on_features`."""
        return RECIPES[self.recipe].label if self.recipe else self.model_on_features

    @property
    def model_on_features(self) -> str:
        """Model and features in words: "Ridge on raw curve"."""
        name = features.label(self.featurizer)
        return f"{MODELS[self.model].label} on {name[:1].lower()}{name[1:]}"


def planned(
    recipe: str = "",
    featurizer: str = "",
    model: str = "",
    featurizer_options: dict | None = None,
    model_options: dict | None = None,
) -> Plan:
    """What is given, else what the recipe says, else raw curves and the neural network. Options of a recipe belong to its
    featurizer and model: they go with them, and single ones can be changed."""
    featurizer_options, model_options = dict(featurizer_options or {}), dict(model_options or {})
    if not recipe:
        return Plan(featurizer or "raw", model or "mlp", featurizer_options, model_options)
    if recipe not in RECIPES:
        raise InputError(
            f"There is no recipe {str(recipe)[:60]!r}; there are {', '.join(RECIPES)}."
        )
    known = RECIPES[recipe]
    if featurizer in ("", known.featurizer):
        featurizer_options = dict(known.featurizer_options) | featurizer_options
    if model in ("", known.model):
        model_options = dict(known.model_options) | model_options
    return Plan(
        featurizer or known.featurizer,
        model or known.model,
        featurizer_options,
        model_options,
        known.symmetries,
        recipe,
        known.task,
    )


def check_task(plan: Plan, task: str, target: str) -> None:
    """Refuse a recipe for numbers where classes are asked for, and the reverse."""
    if plan.task and plan.task != task:
        kind = {"regression": "numbers", "classification": "classes"}
        raise InputError(
            f"The recipe {plan.recipe} is for {kind[plan.task]}, but the values of {target} are {kind[task]}. "
            "Choose another recipe, or another target."
        )
