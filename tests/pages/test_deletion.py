"""Deleting, undoing and restoring data sets, runs, studies and results of runs on their pages."""

import json
from dataclasses import replace

import pytest
import streamlit as st

from nmr_core.datasets import list_datasets
from nmr_core.evaluation import list_runs
from nmr_core.storage import catalogue, trash
from nmr_core.storage.kinds import KINDS
from nmr_core.studies import list_studies, load_study
from ui.shared import gone, visitor

PAGES = {
    "dataset": ("data_sets", "ds-own", {"dataset": "ds-own"}),
    "run": ("compare", "run-ridge", {"runs": ["run-ridge", "run-mean"]}),
    "study": ("studies", "st-own", {"kind": "learning_curve", "study": ["st-own"]}),
}
"""Kind -> page on which it is deleted, id, address."""
LISTS = {"dataset": list_datasets, "run": list_runs, "study": list_studies}


@pytest.fixture
def ada(own, monkeypatch):
    """The visitor is always the same one, and owns a study."""
    monkeypatch.setattr(visitor, "owner", lambda: "ada")
    study = load_study("example-learning-ridge")
    replace(study, id="st-own", title="Own curve", owner="ada").save()
    return own


def _delete(app, kind: str, id: str) -> None:
    name = id if kind == "dataset" else kind
    app.session_state[f"delete-{name}-open"] = True
    app.run()
    if kind != "dataset":
        app.selectbox(key=f"delete-{kind}-which").select(id).run()
    app.button(key=f"delete-{name}").click().run()
    assert not app.exception
    assert not app.session_state[f"delete-{name}-open"]


def _keys(app) -> list[str]:
    assert not app.exception
    return [button.key for button in app.button]


@pytest.mark.parametrize("kind", PAGES)
def test_a_deletion_can_be_undone_where_it_was_made_also_after_a_reload(ada, open_page, kind):
    page, id, address = PAGES[kind]
    app = open_page(page, **address)
    _delete(app, kind, id)
    assert id not in [entry.id for entry in LISTS[kind]()]
    again = open_page(page)
    again.button(key=f"undo-{kind}").click().run()
    assert id in [entry.id for entry in LISTS[kind]()]
    assert f"undo-{kind}" not in _keys(again)


@pytest.mark.parametrize("kind", PAGES)
def test_another_visitor_sees_no_undo_but_the_trash(ada, open_page, monkeypatch, kind):
    page, id, _ = PAGES[kind]
    catalogue.delete(KINDS[kind], id, by="ada")
    monkeypatch.setattr(visitor, "owner", lambda: "bob")
    monkeypatch.setattr(visitor, "alone", lambda: False)
    app = open_page(page)
    assert f"undo-{kind}" not in _keys(app)
    app.session_state["trash" if kind == "dataset" else f"trash-{kind}"] = True
    app.run()
    keys = _keys(app)
    assert f"trash-{trash.find(kind, id).key}" in keys
    assert "trash-empty" not in keys


def test_one_empties_what_one_has_deleted_after_one_question(ada, open_page, opened_trash):
    for kind, (_, id, _) in PAGES.items():
        catalogue.delete(KINDS[kind], id, by="ada")
    app = opened_trash(open_page("data_sets"))
    app.button(key="trash-empty").click().run()
    assert len(trash.entries()) == 3
    app.button(key="trash-keep").click().run()
    app.button(key="trash-empty").click().run()
    app.button(key="trash-empty-now").click().run()
    assert not app.exception
    assert trash.entries() == []


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.of_run])
def test_a_replaced_result_is_exchanged_on_the_page_of_its_run(ada, open_page, kind):
    def write(folder):
        folder.mkdir()
        (folder / KINDS[kind].document).write_text('{"title": "Some result"}')

    for _ in range(2):
        catalogue.put(KINDS[kind], "run-ridge", write, by="ada")
    st.cache_resource.clear()
    page = {"explanation": "explain", "posterior": "predict"}.get(kind, "calibration")
    app = open_page(page, run="run-ridge")
    name = kind if page != "calibration" else page
    app.session_state[f"trash-{name}"] = True
    app.run()
    (old,) = trash.entries()
    button = app.button(key=f"trash-{old.key}")
    assert button.label == "Exchange"
    button.click().run()
    assert not app.exception
    (new,) = trash.entries()
    assert new.when > old.when


def test_only_who_may_change_a_result_exchanges_it(ada, open_page, monkeypatch):
    def write(folder):
        folder.mkdir()
        (folder / "explanation.json").write_text("{}")

    manifest = ada / "runs" / "run-ridge" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"owner": "ada"}))
    for _ in range(2):
        catalogue.put(KINDS["explanation"], "run-ridge", write, by="ada")
    (old,) = trash.entries()
    monkeypatch.setattr(visitor, "alone", lambda: False)
    for person, allowed in (("bob", False), ("ada", True)):
        monkeypatch.setattr(visitor, "owner", lambda person=person: person)
        st.cache_resource.clear()
        app = open_page("explain", run="run-ridge")
        app.session_state["trash-explanation"] = True
        app.run()
        assert app.button(key=f"trash-{old.key}").disabled is not allowed
        assert gone.may_restore(old) is allowed


def test_restoring_what_exists_again_is_one_sentence(ada, open_page, opened_trash):
    folder = ada / "datasets" / "ds-own"
    copy = folder.with_name("ds-copy")
    copy.mkdir()
    (copy / "manifest.json").write_text((folder / "manifest.json").read_text())
    catalogue.delete(KINDS["dataset"], "ds-own", by="ada")
    copy.rename(folder)
    app = opened_trash(open_page("data_sets"))
    (entry,) = trash.entries()
    app.button(key=f"trash-{entry.key}").click().run()
    assert not app.exception
    (message,) = app.toast
    assert "There is a data set 'ds-own' again" in message.value
    assert len(trash.entries()) == 1
