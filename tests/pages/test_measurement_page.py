"""My measurement: the example, uploads, what is asked, the model, the verdict and its buttons."""

import numpy as np
import pytest

TITLE = "What can be quoted from my measured echo?"
TAU = 50.0


def _table(time, signal, head="t (us),Re,Im"):
    rows = "\n".join(
        f"{t:.4f},{z.real:.6f},{z.imag:.6f}" for t, z in zip(time, signal, strict=True)
    )
    return f"{head}\n{rows}\n".encode()


def _echo(snr=60.0, place=39.0, width=2.5, n=512, dwell=0.2, seed=0):
    """An echo without FID, off resonance, recorded from somewhere after the second pulse."""
    rng = np.random.default_rng(seed)
    time = np.arange(n) * dwell
    signal = np.exp(-4 * np.log(2) * ((time - place) / width) ** 2) * np.exp(0.2j * time)
    noise = (rng.normal(size=n) + 1j * rng.normal(size=n)) / snr
    return time, 1000 * (signal + noise)


def _give(app, *files):
    box = next(box for box in app.file_uploader if box.key.startswith("measurement-files"))
    box.set_value([(name, content, "text/csv") for name, content in files])
    return app.run()


def _field(app, name):
    return next(box for box in app.number_input if box.key.startswith(f"measured-{name}-"))


def _healthy(app):
    assert not app.exception
    assert [title.value for title in app.title] == [TITLE]


@pytest.fixture
def page(open_page):
    return open_page("measurement")


def test_the_first_visit_shows_an_example_from_file_to_verdict(page, words):
    _healthy(page)
    assert "is an example, not your measurement" in words(page)
    assert "The echo is at" in words(page)
    assert any("may be quoted" in box.value for box in page.success)
    labels = [box.label for box in page.get("download_button")]
    assert {"Report (PDF)", "Report (HTML)", "Estimates (CSV)"} <= set(labels)
    assert _field(page, "tau").placeholder == "50 (given)"


def test_a_missing_tau_is_asked_and_gives_the_start(page, words):
    app = _give(page, ("mine.csv", _table(*_echo())))
    _healthy(app)
    assert "does not say the pulse spacing" in app.info[0].value
    assert _field(app, "tau").placeholder == "needed"
    _field(app, "tau").set_value(TAU).run()
    _healthy(app)
    assert not any("does not say the pulse spacing" in box.value for box in app.info)
    start = float(_field(app, "start").placeholder.split()[0])
    assert start == pytest.approx(TAU - 39.0, abs=0.2)
    assert "(echo)" in _field(app, "start").placeholder
    assert app.query_params["tau"] == "50"


def test_the_state_of_a_measurement_is_in_its_address(page, open_page):
    app = _give(page, ("mine.csv", _table(*_echo())))
    _field(app, "tau").set_value(TAU).run()
    _field(app, "first").set_value(20.0).run()
    query = dict(app.query_params)
    other = open_page("measurement", **query)
    _healthy(other)
    assert _field(other, "tau").value == TAU
    assert _field(other, "first").value == 20.0


def test_a_window_cuts_the_record(page, words):
    app = _give(page, ("mine.csv", _table(*_echo())))
    assert "512 points" in words(app)
    _field(app, "first").set_value(20.0).run()
    _field(app, "last").set_value(60.0).run()
    _healthy(app)
    assert "201 points" in words(app)
    _field(app, "last").set_value(20.5).run()
    assert "at least 16 are needed" in app.error[0].value


def test_noise_without_an_echo_says_how_many_more_scans(page):
    rng = np.random.default_rng(1)
    time = np.arange(512) * 0.2
    app = _give(page, ("noise.csv", _table(time, rng.normal(size=512) + 1j * rng.normal(size=512))))
    _healthy(app)
    assert "There is no echo" in app.error[0].value
    assert "times the noise" in app.error[0].value


def test_another_file_begins_with_empty_fields(page):
    app = _give(page, ("mine.csv", _table(*_echo())))
    _field(app, "tau").set_value(TAU).run()
    app.button(key="measurement-remove").click().run()
    app = _give(app, ("other.csv", _table(*_echo(seed=3))))
    _healthy(app)
    assert _field(app, "tau").value is None


def test_several_files_and_a_zipped_folder_offer_their_echoes(page, open_page, words):
    echoes = [(f"echo-{k}.csv", _table(*_echo(seed=k))) for k in range(3)]
    app = _give(page, *echoes)
    _healthy(app)
    which = next(box for box in app.multiselect if box.key.startswith("measured-which"))
    assert len(which.options) == 3
    assert len(which.value) == 1


@pytest.mark.parametrize(
    "content", [b"hello\n", b"\x80\x04\x95pickle", b"t_us,re,im\n1,2,3\n2,3,4\n", b"PK\x03\x04no"]
)
def test_what_is_no_measurement_is_refused_in_a_sentence(page, content):
    app = _give(page, ("mine.csv", content))
    _healthy(app)
    assert len(app.error) == 1
    assert "Traceback" not in app.error[0].value
    assert app.error[0].value.endswith(".")


def test_a_hostile_name_and_header_stay_text(page, words):
    head = "t (us),<script>x</script>,**Im**"
    app = _give(page, ("<b>a.csv", _table(*_echo(), head=head)))
    assert not app.exception
    assert "<script>" not in words(app)


def test_the_button_of_a_verdict_opens_identify_with_this_protocol(page):
    page.button(key="action-identify").click().run()
    assert not page.exception
    assert page.title[0].value == "Which parameters can be identified?"
    assert page.query_params["fix"] == ["tau=50", "angle_1=90", "angle_2=180"]
