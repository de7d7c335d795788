"""Plan of a training: featurizer, model and their options, filled from a recipe."""

from dataclasses import dataclass, field

from nmr_core import features
from nmr_core.errors import InputError
from nmr_core.models import MODELS, RECIPES


@dataclass(frozen=True)
class Plan:
    """Featurizer and model with their options.

    ``symmetries``: train on images of the signals; None: if the data set has any. ``task``: of the
    recipe, "" = either.
    """

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
    """The plan of a training.

    What is not given comes from the recipe, else it is raw signals and the neural network. The
    options of a recipe belong to its featurizer and its model: they apply where these are used, and
    single ones can be changed.

    Raises
    ------
    InputError
        If there is no such recipe.
    """
    featurizer_options = dict(featurizer_options or {})
    model_options = dict(model_options or {})
    if not recipe:
        return Plan(featurizer or "raw", model or "mlp", featurizer_options, model_options)
    if recipe not in RECIPES:
        raise InputError(
            f"There is no recipe {str(recipe)[:60]!r}; there are {', '.join(RECIPES)}."
        )
    base = RECIPES[recipe]
    if featurizer in ("", base.featurizer):
        featurizer_options = dict(base.featurizer_options) | featurizer_options
    if model in ("", base.model):
        model_options = dict(base.model_options) | model_options
    return Plan(
        featurizer or base.featurizer,
        model or base.model,
        featurizer_options,
        model_options,
        base.symmetries,
        recipe,
        base.task,
    )


def check_task(plan: Plan, task: str, target: str) -> None:
    """:class:`InputError` if the recipe is for numbers and the target a class, or the reverse."""
    if plan.task and plan.task != task:
        kind = {"regression": "numbers", "classification": "classes"}
        raise InputError(
            f"The recipe {plan.recipe} is for {kind[plan.task]}, but the values of {target} are "
            f"{kind[task]}. "
            "Choose another recipe, or another target."
        )
