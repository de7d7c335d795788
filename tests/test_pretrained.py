"""The trained models that ship with the package: what they say of curves that were simulated just
now, with another seed.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from nmr_core import generate, join, list_runs, load_run, preset
from nmr_core.learning.metrics import weighted_error
from nmr_core.learning.origin import effects_of
from nmr_core.storage.workspace import PRETRAINED

FOLDER = PRETRAINED / "runs"
NAMES = (
    sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()) if FOLDER.is_dir() else []
)
SEED, KERNELS = 99, ("gaussian", "power_law", "rkky")


def test_all_ship():
    assert set(NAMES) == {"pretrained-ml4sci-2020", "pretrained-measured", "pretrained-kernel"}
    assert set(NAMES) <= {entry.id for entry in list_runs() if entry.run}


@cache
def fresh(task: str):
    """60 curves of what the model was made for."""
    if task == "regression":
        return generate("ml4sci_2020_secular", 60, seed=SEED)
    return join(
        [
            generate(
                preset(f"gsoc_2021_weak_{kernel}").fix(offsets="stratified"), 20, seed=SEED + k
            )
            for k, kernel in enumerate(KERNELS)
        ]
    )


@pytest.mark.parametrize("name", NAMES)
class TestEveryShippedRun:
    def test_it_is_small(self, name):
        assert (
            sum(file.stat().st_size for file in (FOLDER / name).rglob("*") if file.is_file()) < 8e6
        )

    def test_it_predicts_fresh_curves_as_well_as_its_card_says(self, name):
        run = load_run(name)
        dataset = fresh(run.task).with_effects(effects_of(run), seed=SEED)
        run.check_signals(dataset)
        found = run.predict(dataset.signals)
        true = dataset.parameters[list(run.targets)]
        assert len(found) == 60
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
            assert card < (0.25 if effects_of(run) else 0.1) * baseline
            assert weighted_error(true[known], found[known], widths)[0] < 2.5 * card

    def test_what_no_curve_tells_is_left_at_its_mean(self, name):
        run = load_run(name)
        found: pd.DataFrame = run.predict(fresh(run.task).signals)
        for target in run.manifest.unidentifiable:
            assert np.ptp(found[target]) == 0
            assert found[target][0] == pytest.approx(run.manifest.train_mean[target], rel=0.01)
        assert list(run.manifest.unidentifiable) == (["xi"] if run.task == "regression" else [])
