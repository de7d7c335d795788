"""Compute the examples that ship with the package: ``python -m nmr_core.examples``.

500 samples of ml4sci_2020_secular with seed 2020; the baseline, a ridge regression and a small
network trained on 400 of them; learning curves of two models. Deterministic, about a minute.
"""

import shutil
from typing import TYPE_CHECKING

from nmr_core.datasets import generate
from nmr_core.evaluation.explain import explain, save_explanation
from nmr_core.learning.train import train
from nmr_core.storage.workspace import EXAMPLES
from nmr_core.studies import study

if TYPE_CHECKING:
    from nmr_core.datasets import EchoDataset

SMALL = {"width_1": 64, "width_2": 32}


def main() -> None:
    """Replace the data set, runs, explanation and studies in this folder."""
    for folder in ("datasets", "explanations", "runs"):
        shutil.rmtree(EXAMPLES / folder, ignore_errors=True)
    path = EXAMPLES / "datasets" / "example-ml4sci-2020"
    dataset = generate(
        "ml4sci_2020_secular",
        500,
        seed=2020,
        n_jobs=-1,
        path=path,
        title="Example: ML4SCI 2020, secular, 500 curves",
    )
    (path / ".lock").unlink(missing_ok=True)
    for model, options in (("mean", {}), ("ridge", {}), ("mlp", SMALL)):
        run = train(
            dataset,
            featurizer="polynomial",
            model=model,
            model_options=options,
            split=0.2,
            seed=2020,
            id=f"example-{model}",
        )
        run.save(EXAMPLES / "runs" / run.id)
        if model == "mlp":
            save_explanation(explain(run, dataset), EXAMPLES / "explanations" / run.id)
        print(
            run.manifest.title,
            *(f"{value:.4f}" for value in run.weighted_error(identifiable_only=True)),
        )
    studies(dataset)


def studies(dataset: "EchoDataset") -> None:
    """Learning curves of a linear model and of trees."""
    shutil.rmtree(EXAMPLES / "studies", ignore_errors=True)
    for model, label in (("ridge", "ridge"), ("extra_trees", "extra trees")):
        result = study(
            "learning_curve",
            dataset,
            featurizer="polynomial",
            model=model,
            symmetries=False,
            split=0.2,
            seed=2020,
            points=7,
            repeats=5,
            title=f"Example: {label} on polynomials",
            id=f"example-learning-{model.replace('_', '-')}",
        )
        result.save(EXAMPLES / "studies" / result.id)
        print(result.sentence)


if __name__ == "__main__":
    main()
