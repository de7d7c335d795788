"""Scores stored with a run: equal to computed ones, only for their predictions, and quick."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from nmr_core import Run, load_run
from nmr_core.learning import metrics
from nmr_core.learning.stored import SCORES, read_scores


@pytest.fixture
def folder(ridge_run, tmp_path):
    return ridge_run.save(tmp_path / "run")


def _computed(folder) -> Run:
    (folder / SCORES).unlink()
    return load_run(folder)


def test_kept_scores_are_the_computed_ones(folder):
    kept = load_run(folder)
    scores, errors = kept.scores, [kept.weighted_error(only) for only in (False, True)]
    assert "predictions" not in kept.__dict__
    fresh = _computed(folder)
    pd.testing.assert_frame_equal(scores, fresh.scores)
    assert errors == [fresh.weighted_error(only) for only in (False, True)]


def test_scores_of_other_predictions_are_not_believed(folder):
    table = pd.read_parquet(folder / "predictions.parquet")
    table["predicted_alpha"] = 0.1
    table.to_parquet(folder / "predictions.parquet", index=False)
    assert load_run(folder).scores.loc["alpha", "skill"] < 0.05


@pytest.mark.parametrize("text", ["", "[]", "{", "{}", '{"format": 1}', "\x00"], ids=repr)
def test_a_damaged_file_is_computed_again(folder, text):
    expected = load_run(folder).scores
    (folder / SCORES).write_text(text)
    pd.testing.assert_frame_equal(load_run(folder).scores, expected)


def test_a_score_that_is_no_number_survives(folder):
    stored = json.loads((folder / SCORES).read_text())
    stored["scores"]["r2"][0] = None
    (folder / SCORES).write_text(json.dumps(stored))
    assert np.isnan(read_scores(folder)[0]["r2"].iloc[0])


def test_opening_a_run_does_not_draw_samples_again(folder, monkeypatch):
    monkeypatch.setattr(metrics, "_counts", lambda *_: pytest.fail("it was drawn again"))
    run = load_run(folder)
    assert run.scores["r2"].notna().all()
    assert run.weighted_error()[1] < run.weighted_error()[2]


def test_scores_of_0_5_name_the_baseline_null(folder):
    text = (folder / SCORES).read_text()
    (folder / SCORES).write_text(text.replace('"baseline_mse_w2"', '"null_mse_w2"'))
    assert read_scores(folder)[0]["baseline_mse_w2"].notna().all()


def test_without_scores_the_baseline_is_there_too(folder):
    shutil.copy(folder / SCORES, folder / "other.json")
    scores = _computed(folder).scores
    assert (scores["baseline_mse_w2"] > 0).all()
    assert scores["rmse_percent"].to_numpy() == pytest.approx(
        100 * np.sqrt(scores["mse_w2"].to_numpy())
    )
