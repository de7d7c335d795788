"""My measurement: models made for the protocol, the plan of a new one, and buttons of a refusal."""

import shutil

import numpy as np
import pytest

from nmr_core.jobs import api
from nmr_core.measured import Measurement
from nmr_core.measured.acquired import acquired
from nmr_core.measured.actions import average_scans, identify, make_model, train_noise, window
from nmr_core.measured.found import find_echo
from nmr_core.measured.making import make_model as make
from nmr_core.measured.making import plan_model
from nmr_core.measured.spectrometer import SpectrometerSettings, record
from nmr_core.measured.verdict import Verdict
from nmr_core.storage.workspace import in_workspace
from ui.measurement import model

TAU = 50.0
SETTINGS = SpectrometerSettings(
    tau=TAU,
    dwell=0.2,
    start=11.0,
    n_points=512,
    line_width=0.12,
    offset=0.02,
    omega_p=1.5,
    xi=3.0,
    dephasing=0.2,
    snr=60.0,
    scale=5e4,
    seed=3,
)


def _text(measurement: Measurement) -> bytes:
    rows = [
        f"{t:.3f},{z.real:.2f},{z.imag:.2f}"
        for t, z in zip(measurement.time, measurement.signal, strict=True)
    ]
    return "\n".join(["t (us),Re,Im", *rows, ""]).encode()


@pytest.fixture(scope="module")
def measured() -> Measurement:
    return record(SETTINGS)


@pytest.fixture(scope="module")
def made(measured, tmp_path_factory):
    """A data folder with a tiny model for the protocol of the measurement."""
    folder = tmp_path_factory.mktemp("made")
    protocol = acquired(measured, find_echo(measured), tau=TAU)
    with in_workspace(folder):
        run = make(plan_model([measured], protocol, size="tiny"), n_jobs=1)
    return folder, run.id


def _give(app, content, name="mine.csv"):
    box = next(box for box in app.file_uploader if box.key.startswith("measurement-files"))
    box.set_value([(name, content, "text/csv")])
    app.run()
    assert not app.exception
    return app


def _type(app, name, value):
    box = next(box for box in app.number_input if box.key.startswith(f"measured-{name}-"))
    box.set_value(value).run()
    assert not app.exception
    return app


def test_a_made_model_reads_every_file_of_its_protocol(
    made, measured, data_folder, open_page, words
):
    folder, id = made
    shutil.copytree(folder, data_folder, dirs_exist_ok=True)
    app = _type(_give(open_page("measurement"), _text(measured)), "tau", TAU)
    assert app.selectbox(key="measured-model").value == id
    boxes = [*app.success, *app.warning, *app.error]
    assert any("uote" in box.value for box in boxes), "a verdict"
    assert {"Report (PDF)", "Report (HTML)"} <= {
        button.label for button in app.get("download_button")
    }
    # Another pulse spacing is another protocol, and both numbers are named
    app = _type(app, "tau", 80.0)
    assert not [box for box in app.selectbox if box.key == "measured-model"]
    assert "tau is 80 µs; the model was made for 50 µs" in words(app).replace("\\", "")


def test_the_page_hands_over_what_was_typed_in(made, measured, data_folder, open_page, words):
    folder, id = made
    shutil.copytree(folder, data_folder, dirs_exist_ok=True)
    app = _give(open_page("measurement"), _text(measured))
    # Without tau the model is not offered, and it is said what is missing
    assert not [box for box in app.selectbox if box.key == "measured-model"]
    assert "tau is not known; the model was made for 50 µs" in words(app).replace("\\", "")
    app = _type(app, "tau", TAU)
    assert app.selectbox(key="measured-model").value == id
    assert any("stated(one, tau=50.0)" in block.value for block in app.code)


def test_predict_refuses_a_file_whose_tau_it_cannot_know(
    made, measured, data_folder, open_page, words
):
    folder, id = made
    shutil.copytree(folder, data_folder, dirs_exist_ok=True)
    app = open_page("predict", run=id, source="measured")
    assert not app.exception
    assert "Where the file does not say tau, open it on My measurement" in words(app)
    app = _give(app, _text(measured))
    assert "tau is not known; the model was made for 50 µs" in words(app).replace("\\", "")


def test_a_model_is_planned_with_its_time_and_made_by_a_job(measured, open_page, words):
    app = _type(_give(open_page("measurement"), _text(measured)), "tau", TAU)
    said = words(app).replace("\\", "")
    assert "Made for 90°-180° Hahn echoes with tau 50 µs" in said
    assert "Expected duration" in said
    app.button(key="make-model").click().run()
    assert not app.exception
    (job,) = [job for job in api.list_jobs() if job.kind == "make_model"]
    assert job.status == "queued"
    assert job.params["plan"]["made_for"]["tau"] == pytest.approx(TAU, abs=0.2)


def test_without_tau_no_model_is_planned(measured, open_page, words):
    app = _give(open_page("measurement"), _text(measured))
    assert "A model needs the pulse spacing τ" in words(app)
    assert not [button for button in app.button if button.key == "make-model"]


def test_what_cannot_be_simulated_is_said_with_the_option_that_is_needed(measured, open_page):
    app = _type(_give(open_page("measurement"), _text(measured)), "tau", TAU)
    app.number_input(key="make-width").set_value(9000.0).run()
    assert not app.exception
    assert any("line" in box.value for box in app.error)


REFUSAL = Verdict(
    "no",
    "Do not quote these estimates.",
    ["Its noise is 0.02 in units of M, 5.0 times the 0.004 that the model was trained with."],
    [],
    [
        average_scans(5.0, 16),
        train_noise(0.02),
        make_model(),
        window(20.0, 60.0),
        identify("ξ"),
    ],
)


@pytest.fixture
def refused(open_page, monkeypatch):
    """A page whose measurement is refused with every kind of button."""
    monkeypatch.setattr(model, "refusal", lambda *_: REFUSAL)
    rng = np.random.default_rng(0)
    noise = rng.normal(size=512) + 1j * rng.normal(size=512)
    app = _give(open_page("measurement"), _text(Measurement(np.arange(512) * 0.2, noise)))
    assert "5\\.0 times" in app.error[0].value
    return app


def test_more_scans_and_noise_are_explained(refused, words):
    assert "Average 384 more scans, 400 instead of 16" in words(refused).replace("\\", "")
    assert "Train a run with noise of 0.02" in words(refused).replace("\\", "")


def test_the_button_of_a_model_opens_the_plan(refused):
    refused.button(key="action-make_model").click().run()
    assert not refused.exception
    assert refused.query_params["make"] == "1"
    assert "measurement" in refused.query_params


def test_the_button_of_a_window_sets_its_fields(refused):
    refused.button(key="action-window").click().run()
    assert not refused.exception
    fields = {box.key.split("-")[1]: box.value for box in refused.number_input}
    assert (fields["first"], fields["last"]) == (20.0, 60.0)


def test_the_button_of_identify_opens_it(refused):
    refused.button(key="action-identify").click().run()
    assert not refused.exception
    assert refused.title[0].value == "Which parameters can be identified?"
