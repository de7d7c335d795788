"""Every page over a data set of a sampling density, and the effective number of its test echoes."""

import json

import pytest
from test_every_page import TITLES, _healthy

from nmr_core import generate, load_run, preset, train
from nmr_core.weights import effective_size


@pytest.fixture
def focused(data_folder):
    """ds-focused, drawn with density ~ alpha^-1/2, and run-focused on it."""
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5).focus(alpha=-0.5)
    dataset = generate(small, 60, seed=1, path=data_folder / "datasets" / "ds-focused")
    run = train(dataset, featurizer="raw", model="ridge", split=0.25, id="run-focused")
    run.save(data_folder / "runs" / run.id)
    return data_folder


@pytest.mark.parametrize("name", TITLES)
def test_every_page_shows_it(focused, open_page, name):
    app = open_page(name, dataset="ds-focused", run="run-focused", runs="run-focused")
    _healthy(app, name)
    assert not app.error


def test_a_prediction_beside_the_truth(focused, open_page):
    app = open_page("predict", run="run-focused", dataset="ds-focused")
    _healthy(app, "predict")
    assert not app.error


def test_the_effective_number_is_stated(focused, open_page, words):
    app = open_page("compare", runs="run-focused")
    n = effective_size(load_run("run-focused").weights)
    assert f"15 test echoes ({n:.0f} effective) of 60" in words(app)


def test_a_fit_to_the_prior_is_offered_and_queued(focused, open_page):
    app = open_page("train", dataset="ds-focused")
    app.toggle(key="weighted").set_value(True).run()
    app.button(key="train").click().run()
    _healthy(app, "train")
    job = next(job for job in _jobs() if job.kind == "train")
    assert job.params["weighted"] is True
    assert "--weighted" in json.dumps([code.value for code in app.code])


def _jobs():
    from nmr_core.jobs import api

    return api.list_jobs()
