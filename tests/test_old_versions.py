"""What versions 0.1 to 0.5 stored is still read, and says the same as it did then.

``tests/old/<version>`` is a small data folder written by that version; ``expected.json`` holds what
the same version read from it.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from nmr_core import load_dataset, load_run
from nmr_core.evaluation.explain import load_explanation
from nmr_core.inference.applicability import read_applicability
from nmr_core.inference.identifiability import load_identification
from nmr_core.inference.intervals import load_calibration
from nmr_core.inference.robustness import load_robustness
from nmr_core.learning.origin import presets_of
from nmr_core.measured.refine_job import load_refined
from nmr_core.samples import sample_arrays
from nmr_core.studies import load_study

OLD = Path(__file__).parent / "old"
VERSIONS = ["0.1", "0.2", "0.3", "0.4", "0.5"]


class Old:
    """The data folder of one version, a copy."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.expected = json.loads((folder / "expected.json").read_text())

    def id(self, kind: str) -> str:
        """The only thing of a kind."""
        (name,) = os.listdir(self.folder / kind)
        return name


@pytest.fixture
def old(request, data_folder) -> Old:
    shutil.copytree(OLD / request.param, data_folder)
    return Old(data_folder)


def versions(*names: str):
    return pytest.mark.parametrize("old", names, indirect=True)


@versions(*VERSIONS)
def test_data_sets(old):
    dataset = load_dataset(old.id("datasets"))
    assert hashlib.sha256(dataset.signals.tobytes()).hexdigest() == old.expected["signals"]
    assert dataset.parameters.iloc[0].to_dict() == old.expected["parameters"]
    assert dataset.preset.name == "ml4sci_2020_secular"
    index = 1
    again = sample_arrays(dataset.preset, dataset.manifest.seed, index, index + 1)[1]
    np.testing.assert_allclose(again[0], dataset.signals[index], rtol=0, atol=1e-5)


@versions(*VERSIONS)
def test_runs(old):
    run, dataset = load_run(old.id("runs")), load_dataset(old.id("datasets"))
    predicted = run.predict(dataset.signals[:3]).to_numpy(float)
    # Networks are stored in single precision
    np.testing.assert_allclose(predicted, old.expected["predicted"], rtol=3e-5)
    np.testing.assert_allclose(run.scores["r2"], old.expected["r2"], rtol=1e-6)
    assert run.manifest.preset == "ml4sci_2020_secular"
    assert [preset.name for preset in presets_of(run)] == ["ml4sci_2020_secular"]


@versions("0.4", "0.5")
def test_studies(old):
    study = load_study(old.id("studies"))
    assert study.sentence == old.expected["study"]["sentence"]
    assert [row["error"] for row in study.rows] == old.expected["study"]["error"]


@versions("0.4", "0.5")
def test_explanations(old):
    explanation, expected = load_explanation(old.id("explanations")), old.expected["explanation"]
    importance = explanation.importance.mean.sum(axis=0)
    np.testing.assert_allclose(importance, expected["importance"], rtol=1e-6)
    assert explanation.top_k.k.tolist() == expected["k"]
    assert np.abs(explanation.sensitivity.slopes).sum() == expected["slopes"]
    assert explanation.impurity is None


@versions("0.5")
def test_calibrations(old):
    run, dataset = load_run(old.id("runs")), load_dataset(old.id("datasets"))
    curves = dataset.signals[:3]
    intervals = load_calibration(run).intervals(curves).select_dtypes("number")
    np.testing.assert_allclose(intervals, old.expected["calibration"], rtol=1e-6)
    folder = old.folder / "calibrations" / run.id
    verdict = read_applicability(folder).judge(curves, run.predict(curves, insist=True))
    np.testing.assert_allclose(verdict["p_distance"], old.expected["p_distance"], rtol=1e-6)


@versions("0.5")
def test_robustness(old):
    table = load_robustness(old.id("robustness")).table()
    for column, total in old.expected["robustness"].items():
        assert table[column].sum() == pytest.approx(total)


@versions("0.5")
@pytest.mark.parametrize("kind", ["verdicts", "scan", "map", "profile"])
def test_identifications(old, kind):
    (key,) = (name for name in os.listdir(old.folder / "identifications") if kind in name)
    result = load_identification(key)
    values = {"verdicts": lambda: result.errors["error"], "profile": lambda: result.delta_chi2}
    numbers = values.get(kind, lambda: result.errors)()
    expected = np.array(old.expected[kind], dtype=float)
    np.testing.assert_array_equal(np.ravel(numbers), expected)
    assert result.preset == "ml4sci_2020_secular"


@versions("0.5")
def test_refinements(old):
    result, expected = load_refined(old.id("refinements")), old.expected["refinement"]
    assert result.values == expected["values"]
    assert np.isnan(result.sd["d"])
    assert result.scale == complex(*expected["scale"])
    assert [result.curve.real.sum(), result.curve.imag.sum()] == expected["curve"]
    assert list(result.history) == ["alpha", "d", "chi2"]
