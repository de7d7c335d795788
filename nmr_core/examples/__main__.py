"""Make the examples that ship with the package: ``python -m nmr_core.examples`` (about 10 s; deterministic).

500 curves of ml4sci_2020 with seed 2020, and the null, a ridge regression and a small network trained on 400 of them.
"""

import shutil

from nmr_core.datasets import generate
from nmr_core.datasets.catalogue import EXAMPLES
from nmr_core.evaluation import train

SMALL = {"width_1": 64, "width_2": 32}


def main() -> None:
    """Replace datasets/ and runs/ beside this file."""
    for folder in ("datasets", "runs"):
        shutil.rmtree(EXAMPLES / folder, ignore_errors=True)
    path = EXAMPLES / "datasets" / "example-ml4sci-2020"
    dataset = generate("ml4sci_2020", 500, seed=2020, n_jobs=-1, path=path, title="Example: ML4SCI 2020, 500 curves")
    (path / ".lock").unlink(missing_ok=True)
    for model, options in (("mean", {}), ("ridge", {}), ("mlp", SMALL)):
        run = train(dataset, featurizer="polynomial", model=model, model_options=options, split=0.2, seed=2020,
                    id=f"example-{model}")
        run.save(EXAMPLES / "runs" / run.id)
        print(run.manifest.title, *(f"{value:.4f}" for value in run.weighted_error(identifiable_only=True)))


if __name__ == "__main__":
    main()
