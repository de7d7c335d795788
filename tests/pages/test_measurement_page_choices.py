"""My measurement: what opens the plan of a model, whose job waits, and which files are a series."""

import numpy as np
import pytest

from nmr_core.jobs import api
from nmr_core.measured.spectrometer import SpectrometerSettings, record
from ui.shared import uploads

SETTINGS = SpectrometerSettings(
    tau=50.0,
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


class File:
    """A file as the browser sends it."""

    def __init__(self, name, content):
        self.name = name
        self.size = len(content)
        self.content = content

    def getbuffer(self):
        return self.content


def _text(scale=1.0):
    measured = record(SETTINGS)
    rows = [
        f"{t:.3f},{scale * z.real:.2f},{scale * z.imag:.2f}"
        for t, z in zip(measured.time, measured.signal, strict=True)
    ]
    return "\n".join(["t (us),Re,Im", *rows, ""]).encode()


@pytest.fixture
def opened(data_folder, open_page):
    """``opened(name, ...)``: the page with an echo in files of these names."""

    def page(*names, **query):
        files = [File(name, _text(1 + k)) for k, name in enumerate(names)]
        app = open_page("measurement", measurement=uploads.put(files).id, **query)
        assert not app.exception
        return app

    return page


def _switch(app):
    return next(toggle for toggle in app.toggle if toggle.key.startswith("measured-make-"))


def test_the_button_opens_the_plan_and_never_closes_it(opened):
    app = opened("mine.csv", tau="50")
    assert _switch(app).value
    assert not [button for button in app.button if button.key == "action-make_model"]
    assert not app.error, "a protocol that no model was made for is no fault of the measurement"
    assert "No model was made for this protocol: pulse spacing 50 µs" in _said(app)
    _switch(app).set_value(False).run()
    app.button(key="action-make_model").click().run()
    assert not app.exception
    assert _switch(app).value
    assert app.query_params["make"] == "1"


def test_without_tau_nothing_is_called_wrong(opened):
    app = opened("mine.csv")
    assert not app.error
    assert "Nothing is estimated yet" in _said(app)


def test_a_model_that_another_visitor_makes_keeps_nobody_waiting(opened):
    api.submit("make_model", {}, title="Theirs", owner="visitor-of-another-browser")
    app = opened("mine.csv", tau="50")
    assert not app.button(key="make-model").disabled


def test_identify_is_asked_about_this_very_record(opened):
    app = opened("mine.csv", tau="50")
    app.button(key="action-identify").click().run()
    assert not app.exception
    fixed = dict(text.split("=") for text in app.query_params["fix"])
    assert float(fixed["line_width"]) == pytest.approx(SETTINGS.line_width, rel=0.4)
    assert float(fixed["record_from"]) >= SETTINGS.start - 0.2
    points = float(fixed["dt"]) * float(fixed["record_every"]) / SETTINGS.dwell
    assert points == pytest.approx(round(points), abs=1e-3)
    assert float(app.query_params["snr"]) == pytest.approx(SETTINGS.snr, rel=0.4)


def test_files_over_a_temperature_are_offered_as_a_series(opened):
    app = opened("sample_10K.csv", "sample_2K.csv", "sample_50K.csv")
    app.button(key="measured-open-series").click().run()
    assert not app.exception
    assert app.toggle(key="measured-series").value
    assert "2 K to 50 K" in _said(app)
    (facts,) = [one for one in app.expander if one.label == "What was measured"]
    assert facts.proto.expanded
    assert np.all([button.key != "series-begin" for button in app.button]), "no model fits"


def test_files_without_a_quantity_are_not_offered_as_a_series(opened):
    app = opened("a.csv", "b.csv")
    assert not [button for button in app.button if button.key == "measured-open-series"]


def _said(app):
    boxes = [*app.error, *app.warning, *app.info, *app.caption, *app.markdown]
    return "\n".join(box.value for box in boxes).replace("\\", "")
