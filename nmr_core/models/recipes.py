"""Recipes: featurizer and model that go together.

Three efforts for any data, two for Hahn echoes, and published ones by name.
"""

from dataclasses import dataclass, field

WINDOW_2021 = {"channels": ["abs"], "centre": 2 / 3, "width": 150, "rescale": 1}
FEATURES_76 = WINDOW_2021 | {"n_splits": [4, 5, 10], "order": 3}
FEATURES_84 = WINDOW_2021 | {"n_splits": [2, 4, 5, 10], "order": 3}
COMPONENTS = {"n_components": 300, "whiten": 0.5}
"""Whitening gives weight to the small components, which carry most of the information on the
dissipation: on 9,000 curves of ml4sci_2020_secular the error is .017 with it and .031 on raw
points."""
REFOCUSED = {
    "pca.n_components": 600,
    "pca.whiten": 0.5,
    "refocused.n_components": 60,
}
"""The curve, and what coupling changes in its echo: on 9,000 curves of ml4sci_2020 the error of one
network is .008, and .019 on the components alone."""
CHALLENGE = "ML4SCI challenge 2020"
SUMMER = "ML4SCI summer of code 2021, three kernels, weak coupling"


@dataclass(frozen=True)
class Recipe:
    """Arguments of :func:`nmr_core.train` under one name.

    symmetries : whether to train on images under the symmetries of the data set too, where it has
                 any
    task       : "regression", "classification", or "" = either
    source     : who published it ("" = ours); the scores are in
                 :mod:`nmr_core.evaluation.published`
    """

    name: str
    label: str
    description: str
    featurizer: str
    model: str
    featurizer_options: dict = field(default_factory=dict)
    model_options: dict = field(default_factory=dict)
    symmetries: bool = False
    task: str = ""
    source: str = ""


def _challenge(name: str, label: str, description: str, model: str) -> Recipe:
    return Recipe(
        name,
        label,
        description,
        "raw",
        model,
        task="regression",
        source=CHALLENGE,
    )


def _summer(name: str, label: str, model: str, options: dict | None = None) -> Recipe:
    return Recipe(
        name,
        label,
        "On 84 polynomial features of |M|, which kernel.",
        "polynomial",
        model,
        FEATURES_84,
        options or {},
        task="classification",
        source=SUMMER,
    )


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "quick",
            "Quick",
            "Seconds for 10,000 curves: polynomials and extra trees.",
            "polynomial",
            "extra_trees",
            model_options={"n_estimators": 50},
        ),
        Recipe(
            "standard",
            "Standard",
            "A minute: the neural network on whitened principal components, with the curves' "
            "symmetries.",
            "pca",
            "mlp",
            COMPONENTS,
            symmetries=True,
        ),
        Recipe(
            "thorough",
            "Thorough",
            "The mean of four neural networks: four times as long as standard.",
            "pca",
            "average",
            COMPONENTS,
            {"members": "networks"},
            symmetries=True,
        ),
        Recipe(
            "refocused",
            "Refocused echo",
            "For Hahn echoes of about 10,000 curves: five smooth networks on the curve and on what "
            "coupling changes in its echo.",
            "pca+refocused",
            "average",
            REFOCUSED,
            {"members": "smooth"},
            symmetries=True,
            task="regression",
        ),
        Recipe(
            "limit",
            "Limit",
            "For Hahn echoes of 100,000 curves or more: one large smooth network on the curve and "
            "on what coupling changes in its echo.",
            "pca+refocused",
            "smooth_mlp",
            REFOCUSED,
            {"width_1": 768, "width_2": 384, "width_3": 192, "max_epochs": 36},
            symmetries=True,
            task="regression",
        ),
        Recipe(
            "pulse_angles",
            "Pulse angles compared",
            "For several pulse angles of one sample: principal components of every echo, and "
            "networks that learn a class together with the numbers of each sample.",
            "pca",
            "guided",
            {"n_components": 30, "whiten": 0.5},
            {"width_1": 128, "width_2": 64, "width_3": 0},
        ),
        _challenge(
            "giesting_512_256",
            "Giesting 512-256",
            "The best network of the 2020 challenge.",
            "mlp_512_256",
        ),
        _challenge(
            "giesting_32_32",
            "Giesting 32-32",
            "The small network of the 2020 challenge.",
            "mlp_32_32",
        ),
        _challenge(
            "organisers_network",
            "Organisers' network 400-400-200-24",
            "The layers of the organisers' network, trained our way.",
            "mlp_tapered",
        ),
        _challenge(
            "winners_2020",
            "Winners' composite",
            "One model per parameter. Its authors published no score; the one shown is ours.",
            "winners_2020",
        ),
        Recipe(
            "forest_2021",
            "Random forest 2021",
            "On 76 polynomial features of |M|, the couplings and the range.",
            "polynomial",
            "random_forest",
            FEATURES_76,
            {"max_features": "all", "min_samples_leaf": 1},
            task="regression",
            source=SUMMER,
        ),
        _summer("extra_trees_2021", "Extra trees 2021", "extra_trees", {"max_features": "sqrt"}),
        _summer(
            "forest_kernel_2021",
            "Random forest 2021, kernels",
            "random_forest",
            {"min_samples_leaf": 1},
        ),
        _summer(
            "knn_2021",
            "Three neighbours 2021",
            "knn",
            {"n_neighbors": 3, "weights": "uniform"},
        ),
        _summer("svc_2021", "Support vectors 2021", "svr", {"C": 1.0}),
        _summer("tree_2021", "Decision tree 2021", "decision_tree", {"min_samples_leaf": 1}),
        _summer(
            "logistic_2021",
            "Logistic regression 2021",
            "linear",
        ),
    )
}
"""Name -> recipe: efforts first, then what was published."""
