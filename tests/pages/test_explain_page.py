"""Explain: the shipped explanation, the job for another run, nothing of a stranger's run."""

import json
import shutil

import pytest

from nmr_core import explain, load_run
from nmr_core.datasets import load_dataset
from nmr_core.evaluation.explain import (
    PARTS,
    find_explanation,
    load_explanation,
    save_explanation,
)
from nmr_core.evaluation.explain.job import explain_job
from nmr_core.jobs import api
from nmr_core.progress import silent
from ui.explain.sensitivity import strongest_part


def test_the_first_visit_shows_the_example(open_page):
    app = open_page("explain")
    assert not app.exception
    assert app.selectbox(key="run").value == "example-mlp"
    assert len(app.get("plotly_chart")) == 1
    assert app.button(key="explain").label.startswith("Explain again (")


@pytest.mark.parametrize(
    ("part", "n_figures"), [("importance", 1), ("sensitivity", 2), ("top_k", 1)]
)
def test_every_view(open_page, part, n_figures):
    app = open_page("explain", run="example-mlp", part=part)
    assert not app.exception
    assert not app.error
    assert app.segmented_control(key="part").value == part
    assert len(app.get("plotly_chart")) == n_figures


def test_a_view_that_a_run_does_not_have_is_not_offered(open_page):
    app = open_page("explain", run="example-mlp", part="impurity")
    assert app.segmented_control(key="part").value == "importance"


def test_another_run_is_asked_for_by_a_job(own, open_page, words):
    app = open_page("explain", run="run-ridge")
    assert "Nothing computed yet" in words(app)
    app.pills(key="explain-parts-3").set_value(["importance", "sensitivity"])
    app.number_input(key="explain-repeats").set_value(3).run()
    app.button(key="explain").click().run()
    (job,) = api.list_jobs()
    assert (job.kind, job.params) == (
        "explain",
        {"run": "run-ridge", "parts": ["importance", "sensitivity"], "n_repeats": 3},
    )
    explain_job(job.params, silent)
    app = open_page("explain", run="run-ridge")
    assert not app.exception
    assert app.get("plotly_chart")
    assert app.segmented_control(key="part").options == ["Shuffled features", "Sensitivity"]
    assert {part for part in PARTS if getattr(load_explanation("run-ridge"), part)} == {
        "importance",
        "sensitivity",
    }


def test_nothing_chosen_cannot_be_asked(own, open_page):
    app = open_page("explain", run="run-ridge")
    app.pills(key="explain-parts-3").set_value([]).run()
    assert app.button(key="explain").disabled


def test_a_run_whose_data_set_is_gone(broken, open_page, words):
    app = open_page("explain", run="run-orphan")
    assert not app.exception
    assert app.button(key="explain").disabled
    assert r"The data set ds\-gone of this run no longer exists" in words(app)


def test_an_explanation_of_an_earlier_run_of_that_name_is_not_shown(own, open_page, words):
    run = load_run("run-ridge")
    save_explanation(explain(run, load_dataset("ds-own"), parts=["importance"], n_repeats=1))
    manifest = own / "runs" / "run-ridge" / "manifest.json"
    manifest.write_text(
        json.dumps(json.loads(manifest.read_text()) | {"created": "2030-01-01T00:00:00Z"})
    )
    assert "Nothing computed yet" in words(open_page("explain", run="run-ridge"))


def test_a_damaged_explanation_is_a_sentence_and_can_be_made_again(own, open_page):
    folder = save_explanation(
        explain(load_run("run-ridge"), load_dataset("ds-own"), parts=["importance"], n_repeats=1)
    )
    (folder / "explanation.npz").write_bytes(b"PK")
    app = open_page("explain", run="run-ridge")
    assert not app.exception
    assert [text.value for text in app.warning if text.value.endswith("Make it again.")]
    assert not app.button(key="explain").disabled


def test_titles_are_quoted(own, open_page, words):
    shutil.copytree(own / "runs" / "run-ridge", own / "runs" / "run-zz")
    manifest = own / "runs" / "run-zz" / "manifest.json"
    manifest.write_text(
        json.dumps(
            json.loads(manifest.read_text()) | {"id": "run-zz", "title": "[x](http://y) **b**"}
        )
    )
    assert "[x](" not in words(open_page("explain", run="run-zz"))


def test_an_own_run_comes_before_the_example(own, open_page):
    """The newest run, and one with an explanation before it."""
    assert open_page("explain").selectbox(key="run").value == "run-ridge"
    save_explanation(
        explain(load_run("run-mean"), load_dataset("ds-own"), parts=["importance"], n_repeats=1)
    )
    assert open_page("explain").selectbox(key="run").value == "run-mean"


def test_splits_are_offered_for_trees_only(own, open_page):
    app = open_page("explain", run="run-ridge")
    assert "Splits of the trees" not in app.pills(key="explain-parts-3").options
    manifest = own / "runs" / "run-ridge" / "manifest.json"
    entries = json.loads(manifest.read_text())
    manifest.write_text(
        json.dumps(entries | {"model": "random_forest", "created": "2030-01-01T00:00:00Z"})
    )
    app = open_page("explain", run="run-ridge")
    assert "Splits of the trees" in app.pills(key="explain-parts-4").options


def test_the_map_of_slopes_opens_on_the_part_with_the_signal():
    """With an x pulse the signal is in Im M; the map of Re M is noise."""
    assert strongest_part(load_explanation(find_explanation("example-mlp")).sensitivity) == "im"
