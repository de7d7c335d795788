"""Training curves on Compare: of runs, and of trainings that run while the page is open."""

import json

import pytest

from nmr_core import extras
from nmr_core.jobs import api, processes
from nmr_core.jobs.live_data import LiveFile
from nmr_core.jobs.store import JobStore
from ui.shared import job_list

CURVE = [[0.5 / k, 1.1 / k] for k in range(1, 30)]
LINK = {"runs": ["example-mlp", "example-ridge"], "view": "training"}


def _training(folder, run: str = "run-new", **published):
    """A job that trains, with what it has published."""
    store = JobStore(folder)
    params = {"dataset": "ds-own", "run": run, "model": "mlp"}
    job = api.submit("train", params, title="My net")
    store.claim(processes.HOST)
    show = LiveFile(store.live_path(job.id))
    for name, value in ({"curve": CURVE} | published).items():
        show(name, value)
    show.flush()
    return job


def _figure(app) -> dict:
    """The figure of the training curves."""
    charts = app.get("plotly_chart")
    return json.loads(charts[-1].proto.spec)


def _names(app) -> set[str]:
    return {trace["name"] for trace in _figure(app)["data"] if trace["mode"] == "lines"}


def _captions(app) -> str:
    return " ".join(caption.value for caption in app.caption)


def test_a_running_training_is_drawn_beside_the_runs(own, open_page):
    alone = open_page("compare", **LINK)
    assert len(_names(alone)) == 1
    assert "1 of the compared runs" in _captions(alone)
    _training(own)
    app = open_page("compare", **LINK)
    assert not app.exception
    assert _names(app) == _names(alone) | {"My net"}
    assert "Ring: still training." in _captions(app)


def test_its_curve_stays_when_it_ends_and_the_run_can_be_compared(own, open_page):
    job = _training(own, run="run-ridge")
    app = open_page("compare", **LINK)
    assert not [button for button in app.button if button.key == "compare-ended"]
    JobStore(own).finish(job.id, "done")
    job_list.refresh()
    app.run()
    assert "My net" in _names(app)
    app.button(key="compare-ended").click().run()
    assert app.session_state["runs"] == ["run-ridge", *LINK["runs"]]


def test_a_classifier_that_trains_is_not_drawn_among_regressions(own, open_page):
    _training(own, task="classification")
    assert "My net" not in _names(open_page("compare", **LINK))


@pytest.mark.parametrize("curve", [[], "x", [[1]], [[1, None]]])
def test_a_training_without_a_sensible_curve_is_left_out(own, open_page, curve):
    _training(own, curve=curve)
    app = open_page("compare", **LINK)
    assert not app.exception
    assert "My net" not in _names(app)


def test_the_options_are_in_the_address(own, open_page):
    app = open_page("compare", **LINK, smoothing="0.9", **{"log-epochs": "1", "training-part": "0"})
    drawn = _figure(app)
    assert drawn["layout"]["xaxis"]["type"] == "log"
    assert [trace["line"]["dash"] for trace in drawn["data"] if trace["mode"] == "lines"] == [
        "solid",
        "solid",
    ]


def test_event_files_are_offered_where_their_extra_is_installed(own, open_page, monkeypatch):
    def downloads() -> set[str]:
        app = open_page("compare", **LINK)
        return {button.proto.label for button in app.get("download_button")}

    monkeypatch.setattr(extras, "_is_importable", lambda module: module != "tensorboard")
    assert {"Curves (CSV)"} <= downloads()
    assert "Curves (TensorBoard)" not in downloads()
    monkeypatch.setattr(extras, "_is_importable", lambda module: True)
    assert {"Curves (CSV)", "Curves (TensorBoard)"} <= downloads()
