"""Processor time of trainings per unit of work, for ``nmr_core/learning/duration.py``.

    OMP_NUM_THREADS=1 python benchmarks/durations.py units
    OMP_NUM_THREADS=1 python benchmarks/durations.py recipes 3000 10000

``units`` measures what the table of that module holds: features per curve, other models on
2,000 curves, networks per row and weight. ``recipes`` trains the recipes on curves of ml4sci_2020
and prints the nominal time beside the processor time; their ratio should be between 0.5 and 2.
Processor time does not depend on what else runs on the machine. Take one thread.
"""

import sys
import time as clock
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # a checkout that is not installed

import numpy as np

import nmr_core as nmr
from nmr_core.features import FEATURIZERS, build
from nmr_core.learning.duration import TIMES, UNIT, nominal_seconds
from nmr_core.learning.plan import planned
from nmr_core.models import MODELS
from nmr_core.models.dense import DenseNetwork
from nmr_core.symmetries import symmetries_of

PRESET = "ml4sci_2020"
RECIPES = ("quick", "standard", "thorough", "refocused", "limit")
LAYERS = ((300, 64, 32, 4), (300, 512, 256, 4), (660, 768, 384, 192, 4))
BATCHES = (32, 140)
"""Rows of an update."""


def cpu(call: Callable[[], object]) -> float:
    """Processor seconds of one call."""
    start = clock.process_time()
    call()
    return clock.process_time() - start


def units() -> None:
    """Print the processor time of features, models and networks."""
    dataset = nmr.generate(PRESET, UNIT, seed=5)
    y = dataset.parameters[list(dataset.targets)[:4]].to_numpy(float)
    print("| features | s for 2,000 curves |\n|---|---|")
    for name, kind in FEATURIZERS.items():
        if not kind.requires:
            featurizer = build(name)
            seconds = cpu(lambda f=featurizer: f.fit(dataset.signals).transform(dataset.signals))
            print(f"| {name} | {seconds:.2f} |", flush=True)

    X = build("raw").fit(dataset.signals).transform(dataset.signals)
    print("\n| model | s for 2,000 curves |\n|---|---|")
    for name in TIMES:
        entry = MODELS[name]
        seconds = cpu(lambda e=entry: e(task="regression").fit(X, y))
        print(f"| {name} | {seconds:.2f} |", flush=True)

    print("\n| layers | units | rows per update | ps per row and weight |\n|---|---|---|---|")
    rng = np.random.default_rng(0)
    for sizes, activation, n_rows in product(LAYERS, ("relu", "silu"), BATCHES):
        rows = rng.normal(size=(n_rows, sizes[0])).astype(np.float32)
        targets = rng.normal(size=(n_rows, sizes[-1])).astype(np.float32)
        network = DenseNetwork(sizes, activation=activation).start()
        network.update(rows, targets, 1e-3)
        n = max(20, int(6e8 / (n_rows * network.n_weights)))
        seconds = cpu(partial(_updates, network, rows, targets, n))
        per_weight = 1e12 * seconds / (n * n_rows * network.n_weights)
        print(f"| {sizes} | {activation} | {n_rows} | {per_weight:.0f} |", flush=True)


def _updates(network: DenseNetwork, X: np.ndarray, y: np.ndarray, n: int) -> None:
    for _ in range(n):
        network.update(X, y, 1e-3)


def recipes(sizes: Sequence[int]) -> None:
    """Print nominal and processor time of the recipes."""
    print("| recipe | curves | nominal, s | measured, s | ratio |\n|---|---|---|---|---|")
    for n in sizes:
        dataset = nmr.generate(PRESET, n, seed=5)
        n_images = len(symmetries_of(dataset))
        for name in RECIPES:
            plan = planned(name)
            n_rows = round(0.9 * n) * (1 + n_images * bool(plan.symmetries))
            nominal = nominal_seconds(plan, n_rows)
            seconds = cpu(lambda name=name, d=dataset: nmr.train(d, recipe=name))
            print(
                f"| {name} | {n:,} | {nominal:.1f} | {seconds:.1f} | {seconds / nominal:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["recipes"]:
        recipes([int(text) for text in sys.argv[2:]])
    else:
        units()
