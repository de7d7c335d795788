"""Published scores, drawn beside our runs as a scale: they were measured on other signals.

Sources: repositories and reports of the 2020 challenge, and reports of the 2021 summer project.
Numbers marked "re-made" were computed here, with the published recipe on regenerated signals.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nmr_core.glossary.columns import symbol_and_unit
from nmr_core.learning.run import Run

METRICS = {
    "error": "Σ MSE/w² of identifiable parameters",
    "error_total": "Σ MSE/w² of all parameters",
    "mse_w2": "MSE/w²",
    "r2": "R²",
    "f1_weighted": "weighted F1",
}
"""Metric of a published score -> description."""
JOINED_FROM = ("gsoc_2021_weak", "gsoc_2021_strong", "deeplearn_2024")
"""Families of presets, one per kernel, whose data sets are joined to classify the kernel."""


@dataclass(frozen=True)
class Published:
    """One published score.

    Attributes
    ----------
    family : str
        Preset of comparable signals, or the common beginning of the names of several.
    who : str
        Authors and model.
    metric : str
        A name in :data:`METRICS`.
    value : float
    source : str
        Where it was published.
    target : str
        Of a metric of one parameter.
    n_curves : int, optional
        Training samples; None: not stated.
    honest : bool
        False where the score does not measure what it claims to; ``remark`` says why.
    remark : str
    task : str
        Classes that are distinguished; "" for a regression.
    recipe : str
        Name in :data:`nmr_core.models.RECIPES` that reproduces it; "": none.
    """

    family: str
    who: str
    metric: str
    value: float
    source: str
    target: str = ""
    n_curves: int | None = None
    honest: bool = True
    remark: str = ""
    task: str = ""
    recipe: str = ""

    @property
    def measure(self) -> str:
        """The metric in words, such as "MSE/w² of α"."""
        of = f" of {symbol_and_unit(self.target)[0]}" if self.target else ""
        return METRICS[self.metric] + of

    @property
    def label(self) -> str:
        """Text beside a line in a figure: "VisEcho, complex CNN .0331"."""
        remark = "" if self.honest else " (not honest)"
        return f"{self.who} {_short(self.value)}{remark}"


def _short(value: float) -> str:
    text = f"{value:.4g}"
    return text.replace("0.", ".", 1) if value < 1 else text


_2020 = "ML4SCI challenge 2020, entries and reports"
_2021 = "ML4SCI summer of code 2021, reports"
_NO_BASELINE = "Published without a baseline; its share of ξ is at or above the baseline."
_FOREST = "random forest, 76 polynomial features"
_WEAK = ("84 polynomial features, 5 folds", "which of three kernels")
TWO_CLASSES = "power law against the rest"
CHALLENGE_TARGETS = {"alpha", "xi", "p", "d"}

PUBLISHED: tuple[Published, ...] = (
    Published(
        "ml4sci_2020",
        "VisEcho, complex CNN",
        "error",
        0.0331,
        _2020,
        n_curves=8000,
        remark=".00057 (α) + .0102 (p) + .0224 (d), without ξ; trained on a GPU.",
    ),
    Published(
        "ml4sci_2020",
        "Giesting, 512-256 network",
        "error",
        0.041,
        _2020,
        recipe="giesting_512_256",
        remark="About: the published total without the baseline's share of ξ.",
    ),
    Published(
        "ml4sci_2020",
        "winners' composite, re-made",
        "error",
        0.052,
        "re-made here on regenerated curves",
        recipe="winners_2020",
        remark="The winners published no number; SelectKBest + linear, BayesianRidge and SVR.",
    ),
    Published(
        "ml4sci_2020",
        "Giesting, 512-256 network",
        "error_total",
        0.1265,
        _2020,
        recipe="giesting_512_256",
        remark=_NO_BASELINE,
    ),
    Published(
        "ml4sci_2020",
        "VisEcho, complex CNN",
        "error_total",
        0.1297,
        _2020,
        n_curves=8000,
        remark=_NO_BASELINE,
    ),
    Published(
        "ml4sci_2020",
        "Giesting, 512-512 network",
        "error_total",
        0.1339,
        _2020,
        remark=_NO_BASELINE,
    ),
    Published(
        "ml4sci_2020",
        "winners' composite, re-made",
        "error_total",
        0.136,
        "re-made here on regenerated curves",
        recipe="winners_2020",
        remark="The winners published no number.",
    ),
    Published(
        "ml4sci_2020",
        "Giesting, 32-32 network",
        "error_total",
        0.1379,
        _2020,
        remark=_NO_BASELINE,
        recipe="giesting_32_32",
    ),
    Published(
        "ml4sci_2020",
        "organisers' network",
        "error_total",
        0.17,
        _2020,
        remark=_NO_BASELINE,
        recipe="organisers_network",
    ),
    Published(
        "ml4sci_2020",
        "AutoKeras",
        "error_total",
        0.2174,
        _2020,
        remark="The best of six passes. " + _NO_BASELINE,
    ),
    Published(
        "ml4sci_2020",
        "autosklearn",
        "error_total",
        0.52,
        _2020,
        remark="Worse than predicting the mean (.3347): .08 on its own training part.",
    ),
    Published("ml4sci_2020", "VisEcho, complex CNN", "mse_w2", 0.00057, _2020, "alpha", 8000),
    Published("ml4sci_2020", "VisEcho, complex CNN", "mse_w2", 0.0102, _2020, "p", 8000),
    Published("ml4sci_2020", "VisEcho, complex CNN", "mse_w2", 0.0224, _2020, "d", 8000),
    Published("ml4sci_2020", "Giesting, d alone", "mse_w2", 0.0443, _2020, "d"),
    Published(
        "ml4sci_2020",
        "VisEcho, complex CNN",
        "mse_w2",
        0.0966,
        _2020,
        "xi",
        8000,
        remark="The baseline is .085: no echo depends on ξ.",
    ),
    *(
        Published("gsoc_2021_weak", _FOREST, "r2", value, _2021, target, recipe="forest_2021")
        for target, value in (("alpha_x", 0.970), ("alpha_z", 0.967), ("length_scale", 0.942))
    ),
    *(
        Published(
            "gsoc_2021_weak",
            f"{who}, {_WEAK[0]}",
            "f1_weighted",
            value,
            _2021,
            task=_WEAK[1],
            recipe=recipe,
        )
        for who, value, recipe in (
            ("ExtraTrees", 0.980, "extra_trees_2021"),
            ("random forest", 0.978, "forest_kernel_2021"),
            ("3 neighbours", 0.964, "knn_2021"),
            ("SVC", 0.958, "svc_2021"),
            ("decision tree", 0.939, "tree_2021"),
            ("logistic", 0.919, "logistic_2021"),
        )
    ),
    Published(
        "gsoc_2021_strong",
        "power law or not",
        "f1_weighted",
        0.88,
        _2021,
        honest=False,
        task=TWO_CLASSES,
        remark="Oversampled before the split: copies of test curves were in the training part. "
        "The honest value is .73.",
    ),
    Published(
        "gsoc_2021_strong",
        "power law or not, honest split",
        "f1_weighted",
        0.733,
        _2021 + ", with the split first",
        task=TWO_CLASSES,
    ),
    Published(
        "gsoc_2021_strong",
        "random forest, time points",
        "r2",
        0.77,
        _2021,
        "W",
        remark="Gaussian kernel.",
    ),
)


def of_recipe(recipe: str) -> list[Published]:
    """Scores that were published for a recipe of :data:`nmr_core.models.RECIPES`."""
    return [p for p in PUBLISHED if recipe and p.recipe == recipe]


def published(family: str, metric: str, target: str = "", n_classes: int = 0) -> list[Published]:
    """Published scores, in ascending order.

    Parameters
    ----------
    family : str
        A family of presets, or a preset of it.
    metric : str
        A name in :data:`METRICS`.
    target : str
        Of a metric of one parameter.
    n_classes : int
        Only scores of classifiers with as many classes; 0: of all.
    """
    scores = [
        p
        for p in PUBLISHED
        if _in_family(family, p.family) and (p.metric, p.target) == (metric, target)
    ]
    if n_classes:
        scores = [p for p in scores if (n_classes == 2) == (p.task == TWO_CLASSES)]
    return sorted(scores, key=lambda p: p.value)


def _in_family(name: str, family: str) -> bool:
    return name == family or name.startswith(f"{family}_")


def comparable(runs: Sequence[Run], metric: str, target: str = "") -> list[Published]:
    """Published scores that may be drawn beside these runs.

    The signals of all runs are of one family, and a total error is that of the same parameters.
    """
    families = {family_of(run) for run in runs}
    if len(families) != 1:
        return []
    (family,) = families
    totals = metric in ("error", "error_total")
    if totals and any(set(run.targets) != CHALLENGE_TARGETS for run in runs):
        return []
    n_classes = 0
    if metric == "f1_weighted":
        n_classes = max(len(run.manifest.classes) for run in runs)
    return published(family, metric, target, n_classes)


def family_of(run: Run) -> str:
    """Preset of a run's signals; of joined ones the family that their source names; "": unknown."""
    if run.manifest.preset:
        return run.manifest.preset
    source = f"{run.manifest.dataset_title} {_source(run)}"
    return next((family for family in JOINED_FROM if family in source), "")


def _source(run: Run) -> str:
    """Source of the data set, and the presets of the data sets that it was joined from."""
    from nmr_core.datasets.catalogue import list_datasets

    manifests = {entry.id: entry.manifest for entry in list_datasets() if entry.manifest}
    source = getattr(manifests.get(run.manifest.dataset), "source", "")
    presets = [manifest.preset_name for id_, manifest in manifests.items() if id_ in source]
    return " ".join([source, *presets])
