"""Challenges without curves: truth at random, so that hundreds of submissions take seconds."""

import time

import numpy as np
import pandas as pd

from nmr_core.challenge import Challenge, Participant, Target, load, secret
from nmr_core.challenge import challenge as stored
from nmr_core.challenge.metrics import METRICS

ZOE, MAX = Participant("p-1", "Zoe"), Participant("p-2", "Max")
NUMBERS = (Target("alpha", "α", "MHz", 0.0, 0.2), Target("p", "p", "", 2.0, 4.0))
CLASSES = ("gaussian", "power_law", "rkky")


def make(
    metric: str = "weighted_mse",
    *,
    id: str = "ch-20260101-000000-a7f3",
    n_public: int = 60,
    n_private: int = 90,
    **values,
) -> Challenge:
    """A challenge with a random truth in the data folder."""
    is_class = METRICS[metric].kind == "class"
    now = time.time()
    given = {"starts": now - 60, "ends": now + 3600, "pause": 0.0, "tries": 20, **values}
    challenge = Challenge(
        id=id,
        title="Which echo?",
        template="kernels" if is_class else "2020",
        metric_name=metric,
        targets=(Target("kernel", "kernel"),) if is_class else NUMBERS,
        classes=CLASSES if is_class else (),
        n_train=100,
        n_public=n_public,
        n_private=n_private,
        created=now,
        **given,
    )
    seed = 2**100 + 7
    rng = np.random.default_rng(5)
    n = challenge.n_test
    if is_class:
        truth = rng.integers(0, 3, (n, 1)).astype(float)
    else:
        low, high = np.array([(target.low, target.high) for target in NUMBERS]).T
        truth = low + (high - low) * rng.random((n, 2))
    folder = challenge.folder
    folder.mkdir(parents=True)
    secret.store(folder, seed, truth, np.zeros(n, bool), n_public)
    stored.write(challenge, folder)
    return load(id)


def truth_table(challenge: Challenge, noise: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """A submission near the truth; noise in widths of the prior, or a share of wrong classes."""
    truth = secret.truth_of(challenge.folder).values
    rng = np.random.default_rng(seed)
    if challenge.classes:
        wrong = rng.random(len(truth)) < noise
        numbers = (truth[:, 0].astype(int) + wrong) % 3
        columns = np.array(CLASSES)[numbers][:, None]
    else:
        widths = np.array([target.high - target.low for target in challenge.targets])
        columns = truth + noise * widths * rng.standard_normal(truth.shape)
        if challenge.metric.kind == "intervals":
            half = 1.645 * noise * widths
            columns = np.stack([columns - half, columns + half], axis=2).reshape(len(truth), -1)
    table = pd.DataFrame(columns, columns=challenge.columns)
    table.insert(0, "sample", challenge.samples)
    return table
