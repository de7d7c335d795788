"""The step of a page that reads files of a measurement: what is asked, and of which file."""

from io import BytesIO

import h5py
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ui.shared import uploads

PLAIN = b"".join(b"%d,%d.5\n" % (k, 9 + 5 * k % 7) for k in range(64))


class File(BytesIO):
    """A file as the browser sends it."""

    def __init__(self, name, content):
        super().__init__(content)
        self.name = name
        self.size = len(content)


def _page():
    import streamlit as st

    from ui.predict import reading
    from ui.shared import uploads

    upload = uploads.find(st.text_input("Upload", key="upload"))
    files = None if upload is None else reading.read(upload, "")
    if files is not None:
        first = files.measurements[0]
        st.caption(f"last time {first.time[-1]:.6g}, signal {first.signal[1].real:.6g}")


@pytest.fixture
def page(data_folder):
    """``page(name, content)``: the step after this file was chosen instead of the last one."""
    app = AppTest.from_function(_page, default_timeout=120).run()

    def chosen(name, content):
        app.text_input(key="upload").set_value(uploads.put([File(name, content)]).id).run()
        assert not app.exception
        return app

    return chosen


def _table(separator, quote="", factor=1):
    rows = "".join(
        f"{k}{separator}{quote}{21 + factor * k},{113 + k:03d}{quote}\n" for k in range(64)
    )
    return f"t (us){separator}signal\n{rows}".encode()


def _read(app):
    return [caption.value for caption in app.caption if caption.value.startswith("last time")]


@pytest.mark.parametrize(("number", "value"), [(1, 22_114), (2, 22.114)])
def test_decimal_commas_in_quotation_marks_are_asked_and_chosen(page, number, value):
    app = page("monday.csv", _table(",", '"'))
    assert not app.error
    assert not _read(app)
    app.button(key=f"measurement-reading-{number}").click().run()
    assert not app.exception
    assert not app.error
    assert _read(app) == [f"last time 63, signal {value:g}"]


def test_a_choice_for_one_file_is_none_for_the_next(page):
    app = page("monday.csv", _table(";"))
    app.button(key="measurement-reading-2").click().run()
    assert _read(app) == ["last time 63, signal 22.114"]
    app = page("tuesday.csv", _table(";", factor=2))
    assert not _read(app), "the same question again"
    assert [button.key for button in app.button if "reading" in button.key]
    app = page("plain.csv", b"t (us),signal\n" + PLAIN)
    assert not app.error
    assert _read(app) == ["last time 63, signal 14.5"]


def test_unit_and_first_point_of_one_file_are_none_of_the_next(page):
    plain = b"time,signal\n" + PLAIN
    app = page("monday.csv", plain)
    next(box for box in app.selectbox if box.label == "Unit of time").select("ms").run()
    next(box for box in app.number_input if box.label.startswith("First")).set_value(1.0).run()
    assert _read(app) == ["last time 64000, signal 14.5"]
    app = page("tuesday.csv", plain.replace(b"0,9.5", b"0,7.5"))
    assert not _read(app)
    assert "In which unit" in app.info[0].value


def test_named_arrays_are_read_without_a_question(page, tmp_path):
    with h5py.File(tmp_path / "echo.h5", "w") as file:
        group = file.create_group("data/point1")
        time = group.create_dataset("time", data=np.arange(64) * 1e-6)
        time.attrs["units"] = "s"
        group.create_dataset("real", data=np.arange(64.0))
        group.create_dataset("imag", data=np.arange(64.0))
    app = page("echo.h5", (tmp_path / "echo.h5").read_bytes())
    assert not app.info
    assert _read(app) == ["last time 63, signal 1"], "µs: the unit of the file is s"


def test_a_vendors_file_keeps_its_unit(page):
    ordinates = "\n".join(f"{k * 1e-6:.6f} {k}" for k in range(64))
    text = (
        "##TITLE=echo\n##JCAMP-DX=5.01\n##DATA TYPE=NMR FID\n##XUNITS=SECONDS\n"
        "##YUNITS=ARBITRARY UNITS\n##XFACTOR=1\n##YFACTOR=1\n##FIRSTX=0\n##LASTX=0.000063\n"
        f"##NPOINTS=64\n##XYDATA=(XY..XY)\n{ordinates}\n##END=\n"
    )
    app = page("echo.dx", text.encode())
    assert not app.error
    assert _read(app) == ["last time 63, signal 1"]
