"""The trained models that ship with the package: what they say of curves that were simulated just
now, with another seed.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from nmr_core import generate, join, list_runs, load_run
from nmr_core.datasets import EchoDataset
from nmr_core.learning.metrics import weighted_error
from nmr_core.learning.origin import effects_of, presets_of
from nmr_core.learning.run import Run
from nmr_core.measured.choice import points_used
from nmr_core.pretrained.making import MAKERS
from nmr_core.storage.workspace import PRETRAINED

FOLDER = PRETRAINED / "runs"
NAMES = (
    sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()) if FOLDER.is_dir() else []
)
SEED, N_CURVES = 99, 60


def test_all_ship():
    assert set(NAMES) == set(MAKERS)
    assert set(NAMES) <= {entry.id for entry in list_runs() if entry.run}


@cache
def fresh(name: str) -> tuple[Run, EchoDataset]:
    """A run, and 60 curves of the prior that it was trained for, with its measurement effects."""
    run = load_run(name)
    presets = [preset.of_prior() for preset in presets_of(run)]
    n = N_CURVES // len(presets)
    several = [generate(preset, n, seed=SEED + k) for k, preset in enumerate(presets)]
    dataset = join(several) if len(several) > 1 else several[0]
    return run, dataset.with_effects(effects_of(run), seed=SEED)


def most(run: Run) -> float:
    """Error on its card, in units of the baseline's: more from disturbed or from fewer points."""
    if points_used(run.manifest) < run.manifest.time["n"]:
        return 0.5
    return 0.25 if effects_of(run) else 0.1


@pytest.mark.parametrize("name", NAMES)
class TestEveryShippedRun:
    def test_it_is_small(self, name):
        assert (
            sum(file.stat().st_size for file in (FOLDER / name).rglob("*") if file.is_file()) < 8e6
        )

    def test_it_predicts_fresh_curves_as_well_as_its_card_says(self, name):
        run, dataset = fresh(name)
        run.check_signals(dataset)
        found = run.predict(dataset.signals)
        true = dataset.parameters[list(run.targets)]
        assert len(found) == N_CURVES
        if run.task == "classification":
            measured = f1_score(true[run.targets[0]], found[run.targets[0]], average="weighted")
            assert measured > run.f1_weighted()[0] - 0.15
            assert run.f1_weighted()[0] > run.baseline_f1 + 0.3
            np.testing.assert_allclose(
                found[[f"probability_{kernel}" for kernel in run.classes]].sum(axis=1), 1, rtol=1e-5
            )
        else:
            known = [target for target in run.targets if target not in run.manifest.unidentifiable]
            widths = {
                target: spec["high"] - spec["low"] for target, spec in run.manifest.targets.items()
            }
            # A uniform prior's variance is w²/12
            card, baseline = (run.weighted_error(identifiable_only=True)[0], len(known) / 12)
            assert card < most(run) * baseline
            assert weighted_error(true[known], found[known], widths)[0] < 2.5 * card

    def test_what_no_curve_tells_is_left_at_its_mean(self, name):
        run, dataset = fresh(name)
        estimates: pd.DataFrame = run.predict(dataset.signals)
        for target in run.manifest.unidentifiable:
            assert np.ptp(estimates[target]) == 0
            assert estimates[target][0] == pytest.approx(run.manifest.train_mean[target], rel=0.01)
        assert list(run.manifest.unidentifiable) == (["xi"] if run.task == "regression" else [])
