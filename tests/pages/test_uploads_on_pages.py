"""Uploads where files are chosen: they survive another page and a reload, each has its own, a
changed file is another one, and nothing takes the place of a file that is gone.
"""

import os
import time

import pytest

from ui.shared import uploads

ECHO = b"t_us,re,im\n" + b"".join(b"%d,%d,0\n" % (k, 100 - k) for k in range(40))
PLACES = {
    "import": ("data_sets", {}),
    "curves": ("predict", {"source": "file", "run": "run-ridge"}),
    "measurement": ("predict", {"source": "measured", "run": "run-ridge"}),
}
"""Key of the chooser -> page and its address."""


def _open(open_page, key: str, **address):
    page, more = PLACES[key]
    app = open_page(page, **more, **address)
    if key == "import" and not address:
        app.session_state["import"] = True
        app.run()
    assert not app.exception
    return app


def _give(app, key: str, content: bytes = ECHO, name: str = "mine.csv"):
    box = next(box for box in app.file_uploader if box.key.startswith(f"{key}-files"))
    box.set_value([(name, content, "text/csv")])
    app.run()
    assert not app.exception
    return app.query_params[key]


def _shown(app) -> bool:
    return any(r"**mine\.csv**" in text.value for text in app.markdown)


@pytest.mark.parametrize("key", PLACES)
def test_an_upload_survives_another_page_and_a_reload(own, open_page, key):
    app = _open(open_page, key)
    id = _give(app, key)
    assert _shown(app)
    app.switch_page("pages/start.py").run()
    app.switch_page(f"pages/{PLACES[key][0]}.py").run()
    assert _shown(app)
    assert app.query_params[key] == id
    assert _shown(_open(open_page, key, **{key: id}))


@pytest.mark.parametrize("key", PLACES)
def test_a_changed_file_of_the_same_name_is_another_upload(own, open_page, key):
    app = _open(open_page, key)
    first = _give(app, key)
    app.button(key=f"{key}-remove").click().run()
    assert not _shown(app)
    second = _give(app, key, ECHO.replace(b"100,0", b"99,0"))
    assert first != second
    assert b"0,99,0" in uploads.find(second).path.read_bytes()
    assert b"0,100,0" in uploads.find(first).path.read_bytes()


@pytest.mark.parametrize("key", PLACES)
def test_a_swept_upload_is_named_and_nothing_takes_its_place(own, open_page, words, key):
    id = _give(_open(open_page, key), key)
    past = time.time() - 3600 * (uploads.HOURS + 0.1)
    os.utime(uploads.uploads_folder() / id, (past, past))
    app = _open(open_page, key, **{key: id})
    assert "no longer here" in words(app)
    assert not _shown(app)
    if key == "measurement":
        assert not app.get("plotly_chart"), "no example in its place"


def test_two_places_keep_their_own_files(own, open_page):
    app = _open(open_page, "measurement")
    first = _give(app, "measurement")
    app.switch_page("pages/data_sets.py").run()
    app.session_state["import"] = True
    app.run()
    assert not _shown(app)
    second = _give(app, "import", ECHO.replace(b"100,0", b"99,0"))
    app.switch_page("pages/predict.py").run()
    assert app.query_params["measurement"] == first != second
    assert _shown(app)


def test_an_upload_that_was_cut_off_leaves_nothing_and_the_next_one_works(
    own, open_page, monkeypatch
):
    def cut_off(path, target):
        raise OSError("connection lost")

    app = _open(open_page, "measurement")
    with monkeypatch.context() as patch:
        patch.setattr(uploads.shutil, "rmtree", lambda *_, **__: None)
        patch.setattr(type(uploads.uploads_folder()), "rename", cut_off)
        box = next(box for box in app.file_uploader if box.key.startswith("measurement-files"))
        box.set_value([("mine.csv", ECHO, "text/csv")])
        app.run()
    assert not app.exception
    assert not _shown(app)
    again = _open(open_page, "measurement")
    _give(again, "measurement")
    assert _shown(again)
