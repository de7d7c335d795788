"""Predict, "Joint posterior": the job where there is none, else corner plot, numbers and files."""

import numpy as np
import pytest

from nmr_core import load_run
from nmr_core.inference.posterior import fit_posterior, load_posterior, save_posterior
from nmr_core.jobs import api
from nmr_core.measured import posterior_job

FEW = {"n": 4000, "n_check": 300, "family": "binned"}


@pytest.fixture(scope="module")
def posterior(template):
    """The posterior of run-ridge, learned once."""
    return fit_posterior(load_run(template / "runs" / "run-ridge"), **FEW)


@pytest.fixture
def learned(own, posterior):
    return save_posterior(posterior)


def _charts(app) -> list[str]:
    return [str(chart.proto.alt) for chart in app.get("plotly_chart")]


def test_without_a_posterior_the_page_offers_the_job(own, open_page, words):
    app = open_page("predict", run="run-ridge", dataset="ds-own")
    assert not app.exception
    assert "Joint posterior" in [header.value for header in app.header]
    app.button(key="posterior").click()
    app.run()
    assert not app.exception
    (job,) = api.list_jobs()
    assert (job.kind, job.params["run"]) == ("posterior", "run-ridge")
    assert app.button(key="posterior").disabled


def test_with_a_posterior_the_selected_echo_has_its_corner_plot(learned, open_page, words):
    app = open_page("predict", run="run-ridge", dataset="ds-own")
    assert not app.exception
    text = words(app)
    assert load_posterior("run-ridge").ranks.sentence[:30] in text
    assert "Correlation" in text
    assert any("regions of every pair" in alt for alt in _charts(app))
    table = next(frame.value for frame in app.dataframe if "90 % low" in frame.value.columns)
    assert len(table) == 3
    assert (table["90 % low"].to_numpy(float) < table["90 % high"].to_numpy(float)).all()
    assert np.isfinite(table["true"].to_numpy(float)).all()
    labels = [button.proto.label for button in app.get("download_button")]
    assert {"Samples (CSV)", "Samples (NPZ)"} <= set(labels)


def test_the_posterior_is_refined_by_a_job_whose_result_comes_back(learned, open_page, words):
    app = open_page("predict", run="run-ridge", dataset="ds-own")
    assert "Posterior: amortised" in words(app)
    app.button(key="refine-posterior").click()
    app.run()
    assert not app.exception
    assert app.button(key="refine-posterior").disabled
    (job,) = api.list_jobs()
    assert job.kind == "refine_posterior"
    posterior_job.refine_posterior_job(job.params | {"simulations": 500})
    app.run()
    assert not app.exception
    assert "simulations, n effective" in words(app)
    assert any("regions of every pair" in alt for alt in _charts(app))


def test_a_posterior_of_an_earlier_training_offers_the_job_again(learned, open_page, words):
    document = learned / "posterior.json"
    document.write_text(document.read_text().replace('"run_created": "', '"run_created": "x'))
    app = open_page("predict", run="run-ridge", dataset="ds-own")
    assert not app.exception
    assert any("trained again" in warning.value for warning in app.warning)
    assert app.button(key="posterior") is not None


def test_a_damaged_posterior_is_a_sentence(learned, open_page):
    (learned / "posterior.npz").write_bytes(b"nothing")
    app = open_page("predict", run="run-ridge", dataset="ds-own")
    assert not app.exception
    assert any("cannot be read" in warning.value for warning in app.warning)


def test_a_classifier_has_none(open_page):
    app = open_page("predict", run="pretrained-kernel")
    assert not app.exception
    assert "Joint posterior" not in [header.value for header in app.header]
