"""A widget shows what the page uses; what was deleted is named, and nothing takes its place."""

import pytest

from nmr_core.datasets import delete_dataset
from nmr_core.evaluation import delete_run

PICKS = {
    "data_sets": "dataset",
    "train": "dataset",
    "studies": "dataset",
    "explain": "run",
    "calibration": "run",
    "predict": "run",
}


@pytest.mark.parametrize("name", PICKS)
def test_a_choice_that_another_visitor_deletes_is_named_and_not_replaced(own, open_page, name):
    key = PICKS[name]
    id = {"dataset": "ds-own", "run": "run-ridge"}[key]
    app = open_page(name, **{key: id})
    assert app.selectbox(key=key).value == id
    if key == "dataset":
        delete_dataset(id, by="somebody-else")
    else:
        delete_run(id, by="somebody-else")
    app.run()
    assert not app.exception
    assert app.selectbox(key=key).value is None
    assert app.query_params[key] == id
    title = {"ds-own": r"Own \*small\* set", "run-ridge": "Own ridge"}[id]
    assert any(f"**{title}** was deleted by another visitor" in text.value for text in app.markdown)
    app.button(key=f"restore-{id}").click().run()
    assert not app.exception
    assert app.selectbox(key=key).value == id


@pytest.mark.parametrize("name", PICKS)
def test_a_dead_link_is_named_and_stays_in_the_address(own, open_page, name):
    key = PICKS[name]
    app = open_page(name, **{key: "gone-1"})
    assert not app.exception
    assert app.selectbox(key=key).value is None
    assert app.query_params[key] == "gone-1"
    assert [r"gone\-1 here." in warning.value for warning in app.warning] == [True]
    options = app.selectbox(key=key)
    options.select_index(0).run()
    assert not app.warning
    assert app.query_params[key] != "gone-1"


def test_undo_sets_the_fields_back(open_page):
    app = open_page("simulate", set=["gamma_2=0.1", "kernel=gaussian"])
    for group in ("Interaction", "Relaxation and noise"):
        app.session_state[f"group-{group}"] = True
    app.run()
    assert app.number_input(key="field-ml4sci_2020_secular-gamma_2").value == 0.1
    assert app.selectbox(key="field-ml4sci_2020_secular-kernel").value == "gaussian"
    app.button(key="undo-changes").click().run()
    assert not app.exception
    assert app.number_input(key="field-ml4sci_2020_secular-gamma_2").value is None
    assert app.selectbox(key="field-ml4sci_2020_secular-kernel").value != "gaussian"
    # What is set is sent to the browser, which would else go on showing the old value
    assert app.number_input(key="field-ml4sci_2020_secular-gamma_2").proto.set_value
    assert app.selectbox(key="field-ml4sci_2020_secular-kernel").proto.set_value
    assert "set" not in app.query_params


def test_an_address_that_names_a_run_twice_is_read_once(own, open_page):
    delete_run("run-ridge")
    app = open_page("compare", runs=["run-ridge", "run-ridge", "example-mlp", "example-mlp"])
    assert not app.exception
    assert app.session_state["runs"] == ["example-mlp"]
    app.button(key="restore-run-ridge").click().run()
    assert not app.exception
