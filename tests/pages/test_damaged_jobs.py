"""Pages show all that needs no jobs where the table of jobs is damaged."""

import pytest

from nmr_core.jobs.store import JobStore
from nmr_core.storage.workspace import data_folder as present_folder

PAGES = ("start", "data_sets", "compare")


DAMAGE = {
    "random bytes": lambda path: path.write_bytes(bytes(range(256)) * 200),
    "a folder in its place": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_pages_show_all_that_needs_no_jobs(own, open_page, page, damage):
    JobStore(own).running()
    whole = _widgets(open_page(page))
    for path in own.glob("jobs.sqlite3*"):
        path.unlink()
    damage(own / "jobs.sqlite3")
    app = open_page(page)
    assert not app.exception
    assert _widgets(app) == whole
    (sentence,) = [error.value.replace("\\", "") for error in app.error]
    assert "is not a usable table of jobs" in sentence
    assert "repair --set-aside jobs.sqlite3" in sentence
    assert str(present_folder()) not in sentence


def _widgets(app) -> dict[str, int]:
    kinds = ("button", "selectbox", "multiselect", "slider", "number_input", "dataframe", "tabs")
    return {kind: len(getattr(app, kind)) for kind in kinds}
