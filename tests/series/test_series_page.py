"""The part of a page that shows a series: values, questions, model, job, result."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from nmr_core.errors import InputError
from nmr_core.jobs import api
from nmr_core.measured.series.job import series_job
from nmr_core.measured.series.result import list_series
from nmr_core.serving import profiles
from ui.measurement import series_watch
from ui.shared import uploads


def _page():
    """Run as a script of its own."""
    import streamlit as st

    from ui.measurement import series
    from ui.shared import boot, uploads

    with boot.worded():
        upload = uploads.find(st.session_state.get("_upload", "none"))
        if series.is_chosen():
            series.show(upload, "", 0.9)


class _File:
    def __init__(self, path):
        self.name, self._content = path.name, path.read_bytes()
        self.size = len(self._content)

    def getbuffer(self):
        return self._content


@pytest.fixture
def opened(data_folder, write, tmp_path, monkeypatch):
    """A page with an upload of files of these names."""
    monkeypatch.setattr(api, "ensure_supervisor", lambda *_: None)

    def open_page(*names):
        upload = uploads.put([_File(write(name, folder=tmp_path / "files")) for name in names])
        app = AppTest.from_function(_page, default_timeout=180)
        app.session_state["_upload"] = upload.id
        app.session_state["measured-series"] = True
        app.run()
        assert not app.exception
        return app

    return open_page


def _texts(app):
    elements = [*app.markdown, *app.warning, *app.caption]
    return " ".join(element.value for element in elements).replace("\\", "")


def test_values_are_found_and_a_job_is_queued_and_shown(opened):
    app = opened("T_4.2K.csv", "T_10K.csv", "T_1.5K.csv")
    assert "temperature: 1.5 K to 10 K" in _texts(app)
    app.button(key="series-begin").click().run()
    assert not app.exception
    (job,) = api.list_jobs()
    assert job.kind == "series"
    series_job(job.params | {"n_seeds": 0})
    app.run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert "3 of 3 echoes estimated" in _texts(app)
    assert len(list_series()) == 1


def test_a_question_is_asked_and_answered(opened):
    app = opened("a_4K_1T.csv", "b_10K_2T.csv")
    assert "2 quantities vary" in _texts(app)
    assert "series-begin" not in [button.key for button in app.button]
    (box,) = [one for one in app.selectbox if one.label == "Swept quantity"]
    box.select("name:field").run()
    assert not app.exception
    assert "field (1 T to 2 T, file name)" in _texts(app)
    assert "series-begin" in [button.key for button in app.button]


def test_a_bad_file_is_listed_beside_the_others(opened, write, tmp_path):
    bad = tmp_path / "files" / "T_20K.csv"
    bad.parent.mkdir(exist_ok=True)
    bad.write_text("nothing\n")
    good = [write(name, folder=tmp_path / "files") for name in ("T_4K.csv", "T_10K.csv")]
    upload = uploads.put([_File(path) for path in (*good, bad)])
    app = opened("T_4K.csv")
    app.session_state["_upload"] = upload.id
    app.run()
    assert not app.exception
    assert "1 file could not be read: T_20K.csv" in _texts(app)


def test_units_survive_the_name_of_an_upload():
    from nmr_core.measured.series.naming import numbers_in

    (number,) = numbers_in(uploads.plain_name("tau=50µs.csv"))
    assert (number.quantity, number.value) == ("tau", 50)
    (number,) = numbers_in(uploads.plain_name("30°.csv"))
    assert (number.quantity, number.value) == ("angle", 30)


def test_only_named_folders_of_a_server_may_be_watched(tmp_path):
    named, other = tmp_path / "spectrometer", tmp_path / "home"
    for folder in (named / "today", other):
        folder.mkdir(parents=True)
    assert series_watch.allowed(str(named / "today"), [named]) == (named / "today").resolve()
    for text in (str(other), f"{named}/../home", "/", ""):
        with pytest.raises(InputError, match="may not be watched"):
            series_watch.allowed(text, [named])
    (named / "link").symlink_to(other)
    with pytest.raises(InputError, match="may not be watched"):
        series_watch.allowed(str(named / "link"), [named])
    with pytest.raises(InputError, match="named no folder"):
        series_watch.allowed(str(other), [])
    assert series_watch.allowed(str(other), None) == other.resolve()
    with pytest.raises(InputError, match="There is no folder"):
        series_watch.allowed(str(tmp_path / "nowhere"), None)


def test_an_open_server_without_login_lets_no_folder_be_watched(monkeypatch):
    assert series_watch.roots() is None
    monkeypatch.setenv(profiles.INSECURE, "1")
    assert series_watch.roots() == []


def test_the_configuration_names_whole_paths(tmp_path):
    from nmr_core.serving import config

    path = tmp_path / "server.toml"
    path.write_text('url = "http://localhost:8501"\nwatch = ["/mnt/spectrometer"]\n')
    assert config.read(path).watch == ("/mnt/spectrometer",)
    for bad in ("today", "/"):
        path.write_text(f'url = "http://localhost:8501"\nwatch = ["{bad}"]\n')
        with pytest.raises(InputError, match="whole path"):
            config.read(path)


def test_a_watched_folder_is_read_as_files_arrive(data_folder, write, tmp_path, monkeypatch):
    monkeypatch.setattr(api, "ensure_supervisor", lambda *_: None)
    folder = tmp_path / "today"
    write("T_4K.csv", folder=folder)
    app = AppTest.from_function(_page, default_timeout=180)
    app.session_state["measured-series"] = True
    app.run()
    app.text_input(key="series-folder").input(str(folder)).run()
    assert not app.exception
    assert "1 still being written (T_4K.csv)" in _texts(app)
    state = app.session_state[series_watch.WATCHED]
    state.watch = replace(state.watch, settle=0.0)
    app.run()
    assert not app.exception
    assert "temperature: 4 K" in _texts(app)
