"""Targets that a run estimates hardly better than the baseline are named, from its scores alone."""

import shutil

import pytest

from nmr_core import generate, load_run, preset, train
from nmr_core.learning.hardly import LEAST_SKILL, hardly_estimated
from nmr_core.learning.stored import PREDICTIONS
from nmr_core.pretrained.making import MAKERS
from nmr_core.storage.workspace import PRETRAINED


@pytest.mark.parametrize("name", MAKERS)
def test_they_are_the_identifiable_targets_without_skill(name):
    run = load_run(name)
    sentences = hardly_estimated(run)
    if run.task == "classification":
        assert sentences == {}
        return
    scores = run.scores.drop(list(run.manifest.unidentifiable))
    assert list(sentences) == list(scores.index[scores["skill"] < LEAST_SKILL])


def test_d_of_the_echo_after_the_second_pulse_is_one():
    run = load_run("pretrained-echo")
    sentence = hardly_estimated(run)["d"]
    assert sentence.startswith("Estimates of d are hardly better than the baseline")
    assert f"{run.scores.loc['d', 'rmse_percent']:.3g} % of the range" in sentence


def test_a_damaged_test_part_says_nothing(tmp_path):
    shutil.copytree(PRETRAINED / "runs" / "pretrained-echo", tmp_path / "run")
    (tmp_path / "run" / PREDICTIONS).write_bytes(b"damaged")
    for scores in (tmp_path / "run").glob("scores*"):
        scores.unlink()
    assert hardly_estimated(load_run(tmp_path / "run")) == {}


def test_the_baseline_is_not_compared_with_itself():
    dataset = generate(preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=20.0), 40, seed=1)
    assert hardly_estimated(train(dataset, model="mean", featurizer="raw", split=10)) == {}
