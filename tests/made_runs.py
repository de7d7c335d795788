"""Runs with predictions made by hand, without training, whose scores are known."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.learning.run import Run, RunManifest
from nmr_core.storage.files import write_json

CLASSES = ["gaussian", "power_law", "rkky"]


def regression(id: str = "run-numbers", **changes) -> Run:
    """alpha predicted 0.02 too high (w = .2), xi exactly; four test curves in no order."""
    true = {"alpha": np.array([0.0, 0.1, 0.2, 0.1]), "xi": np.array([0.0, 10.0, 20.0, 10.0])}
    specs = {"alpha": ("α", "MHz", 0.2), "xi": ("ξ", "sites", 20.0)}
    targets = {
        name: {"label": f"{s} ({u})", "symbol": s, "unit": u, "low": 0.0, "high": high}
        for name, (s, u, high) in specs.items()
    }
    entries = {
        "id": id,
        "title": "By hand",
        "dataset": "ds-hand",
        "dataset_title": "Made by hand",
        "preset": "ml4sci_2020_secular",
        "featurizer": "raw",
        "featurizer_options": {},
        "model": "ridge",
        "model_options": {},
        "targets": targets,
        "train_mean": {"alpha": 0.1, "xi": 10.0},
        "unidentifiable": {},
        "seed": 3,
        "n_train": 40,
        "n_test": 4,
        "split": 4,
        "seconds": 1.5,
        "predict_seconds": 0.25,
        "model_bytes": 2_000_000,
    }
    predictions = pd.DataFrame(
        {"sample": [5, 2, 9, 0]}
        | {f"true_{name}": values for name, values in true.items()}
        | {"predicted_alpha": true["alpha"] + 0.02, "predicted_xi": true["xi"]}
    )
    return Run(RunManifest(**entries | changes), predictions)


def classifier(
    id: str = "run-classes", n: int = 60, wrong: int = 6, samples: range | None = None, **changes
) -> Run:
    """Three kernels in turn; the first ``wrong`` curves of the first class get the second."""
    true = np.array(CLASSES)[np.arange(n) % 3]
    predicted = true.copy()
    predicted[np.flatnonzero(true == CLASSES[0])[:wrong]] = CLASSES[1]
    sure = np.where(np.arange(n)[:, None] % 2, 0.8, 0.6)
    probability = np.where(predicted[:, None] == np.array(CLASSES), sure, (1 - sure) / 2)
    predictions = pd.DataFrame(
        {"sample": list(samples or range(n)), "true_kernel": true, "predicted_kernel": predicted}
        | {f"probability_{name}": probability[:, k] for k, name in enumerate(CLASSES)}
    )
    target = {"label": "kernel", "symbol": "kernel", "unit": "", "low": 0.0, "high": 0.0}
    entries = {
        "id": id,
        "title": "Kernels by hand",
        "dataset": "ds-kernels",
        "dataset_title": "Three kernels",
        "preset": "",
        "featurizer": "polynomial",
        "featurizer_options": {},
        "model": "ridge",
        "model_options": {},
        "targets": {"kernel": target},
        "train_mean": {},
        "unidentifiable": {},
        "seed": 0,
        "n_train": 90,
        "n_test": n,
        "split": n,
        "seconds": 2.0,
        "task": "classification",
        "classes": CLASSES,
        "train_counts": dict(zip(CLASSES, (40, 30, 20), strict=True)),
    }
    return Run(RunManifest(**entries | changes), predictions)


def write(run: Run, root: Path) -> Path:
    """The run under ``root``/runs, without a model: enough to be compared."""
    folder = root / "runs" / run.id
    folder.mkdir(parents=True)
    run.predictions.to_parquet(folder / "predictions.parquet", index=False)
    write_json(folder / "manifest.json", asdict(run.manifest))
    return folder
