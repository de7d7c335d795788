"""A small data set to study, made once, and one whose class can be read off its curves."""

import numpy as np
import pytest

from nmr_core import generate, join, preset


@pytest.fixture(scope="session")
def small():
    """100 short echoes, in memory; tests must not change it."""
    return generate(preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5), 100, seed=7)


@pytest.fixture(scope="session")
def classes(small):
    """The same curves with a text column "strength" of three uneven classes of α, in memory."""
    from nmr_core import EchoDataset

    table = small.parameters.copy()
    cuts = table["alpha"].quantile([0.5, 0.8])
    table["strength"] = np.array(["weak", "middle", "strong"])[
        np.searchsorted(cuts, table["alpha"])
    ]
    return EchoDataset(small.manifest, None, small.signals, table)


@pytest.fixture(scope="session")
def twice():
    """Three kernels joined, 24, 24 and 20 samples; the first two have one seed, so that their k-th
    samples are one draw.
    """
    weak = {"n_x": 12, "n_y": 12, "tau": 3, "acquire": 6}
    return join(
        [
            generate(preset(f"gsoc_2021_weak_{kernel}").fix(**weak), n, seed=seed)
            for kernel, n, seed in (("gaussian", 24, 1), ("power_law", 24, 1), ("rkky", 20, 2))
        ]
    )


@pytest.fixture
def spy(monkeypatch):
    """``spy``: list of (fitted samples, predicted samples) of every fit, in order."""
    from nmr_core.studies import subject

    seen, real = [], subject.fit_predict

    def watched(pipe, dataset, train, labels, test, *rest, **more):
        seen.append((set(train.tolist()), set(test.tolist())))
        return real(pipe, dataset, train, labels, test, *rest, **more)

    monkeypatch.setattr(subject, "fit_predict", watched)
    return seen
