"""For whom Streamlit makes its files: with its own manager of files."""

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from ui.server import ownership
from ui.server.ownership import Ownership


@pytest.fixture
def page(monkeypatch):
    """``page("of-zoe")``: from now on this page of Streamlit runs."""
    present = [""]
    monkeypatch.setattr(ownership, "_session", lambda: present[0])

    def run(name: str) -> None:
        present[0] = name

    return run


@pytest.fixture
def files():
    """Streamlit's manager of files, and who may read them."""
    manager, owners = MediaFileManager(MemoryMediaFileStorage("/media")), Ownership()
    owners.watch(manager)
    owners.note("of-zoe", "p-zoe")
    owners.note("of-max", "p-max")
    return manager, owners


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_file_is_for_the_person_whose_page_offers_it(files, page):
    manager, owners = files
    page("of-zoe")
    url = manager.add(b"picture", "image/png", "1.0")
    assert owners.may_read(_name(url), "p-zoe")
    assert not owners.may_read(_name(url), "p-max")
    page("of-max")
    assert manager.add(b"picture", "image/png", "1.0") == url, "equal content has one address"
    assert owners.may_read(_name(url), "p-max")


def test_a_download_that_is_made_on_a_click_is_for_the_person_of_the_button(files, page):
    manager, owners = files
    page("of-zoe")
    placeholder = manager.add_deferred(lambda: b"table", "text/csv", "1.1", "table.csv")
    page("")  # the click is answered outside of the page
    url = manager.execute_deferred(placeholder)
    assert owners.may_read(_name(url), "p-zoe")
    assert not owners.may_read(_name(url), "p-max")


def test_a_file_of_an_unknown_page_is_for_no_one(files, page):
    manager, owners = files
    page("unknown")
    url = manager.add(b"picture", "image/png", "1.0")
    assert not owners.may_read(_name(url), "")
    assert not owners.may_read("", "p-zoe")


def test_what_is_remembered_is_bounded(files, monkeypatch):
    _, owners = files
    monkeypatch.setattr(ownership, "MOST", 5)
    for i in range(20):
        owners.note(f"page {i}", "p-zoe")
    assert owners.owner("page 19") == "p-zoe"
    assert owners.owner("page 3") == ""
    owners.note("page 15", "p-zoe")  # in use: the last to be forgotten
    for i in range(20, 24):
        owners.note(f"page {i}", "p-zoe")
    assert owners.owner("page 15") == "p-zoe"
