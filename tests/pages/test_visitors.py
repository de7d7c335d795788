"""Two visitors: each sees both, and changes only what is their own."""

import pytest

from nmr_core.jobs import api
from ui.shared import visitor


@pytest.fixture
def crowded(monkeypatch):
    """Other people are here, so that nobody is alone."""
    monkeypatch.setattr(visitor, "alone", lambda: False)


def _keys(app) -> list[str]:
    assert not app.exception
    return [button.key for button in app.button]


@pytest.mark.parametrize("page", ["start", "data_sets"])
def test_a_job_is_cancelled_by_its_owner_only(crowded, open_page, page, words):
    mine = open_page(page)
    mine.button(key={"start": "guide-generate", "data_sets": "generate"}[page]).click().run()
    (job,) = api.list_jobs()
    assert f"cancel-{job.id}" in _keys(mine)
    theirs = open_page("data_sets")
    assert f"cancel-{job.id}" not in _keys(theirs)
    assert "another visitor" in words(theirs)
    assert "another visitor" not in words(mine)


def test_the_guide_of_one_visitor_shows_nothing_of_another(crowded, open_page, words):
    open_page("start").button(key="guide-generate").click().run()
    app = open_page("start")
    assert not app.button(key="guide-generate").disabled
    assert "Guided" not in "\n".join(text.value for text in app.main.markdown)


def test_what_others_made_is_not_deleted_or_renamed(crowded, own, open_page):
    manifest = own / "datasets" / "ds-own" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"owner": ""', '"owner": "somebody"'))
    app = open_page("data_sets", dataset="ds-own")
    app.session_state["delete-ds-own-open"] = True
    app.run()
    assert not {"delete-ds-own", "rename-dataset"} & set(_keys(app))
    assert "another visitor" in app.dataframe[0].value["owner"].tolist()
