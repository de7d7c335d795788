"""Studies: a result on the first visit, a job from the button, studies opened by a link."""

import json
import time

import pytest

from nmr_core.datasets import load_dataset
from nmr_core.jobs import api, processes
from nmr_core.jobs.store import JobStore
from nmr_core.progress import silent
from nmr_core.studies import STUDIES, delete_study, list_studies, study
from nmr_core.studies.make import study_job
from ui.shared.text import quoted

QUICK = {
    "learning_curve": {"points": 3, "repeats": 1, "smallest": 10},
    "validation_curve": {"repeats": 1, "values": [1, 10]},
    "search": {"candidates": 3},
    "cross_validation": {"folds": 2},
    "seeds": {"repeats": 2},
    "sanity": {"permutations": 3},
}


@pytest.fixture
def made(own):
    """``made(kind)``: a finished study on the small data set."""

    def make(kind: str, **more):
        found = study(
            kind,
            load_dataset("ds-own"),
            featurizer="raw",
            model="decision_tree",
            split=0.25,
            **QUICK[kind],
            **more,
        )
        found.save()
        return found

    return make


def _charts(app) -> int:
    return len(app.get("plotly_chart"))


def test_the_first_visit_shows_learning_curves_and_what_they_say(open_page, words):
    app = open_page("studies")
    assert not app.exception
    assert not app.error
    assert _charts(app) == 1
    assert len(app.multiselect(key="study").value) == 2
    said = words(app)
    assert "baseline" in said
    assert "needs about" in said or "not reachable" in said


def test_the_time_is_told_before_anything_starts(own, open_page, words):
    app = open_page("studies", kind="seeds", dataset="ds-own")
    app.button(key="study-estimate").click().run()
    assert not app.exception
    assert "for 5 fits" in words(app)
    assert not api.list_jobs()


@pytest.mark.parametrize("kind", STUDIES)
def test_every_kind_can_be_started_and_opened(own, made, open_page, kind, words):
    app = open_page("studies", kind=kind, dataset="ds-own")
    assert not app.exception
    assert STUDIES[kind].description in words(app)
    found = made(kind)
    app = open_page("studies", kind=kind, study=found.id)
    assert not app.exception
    assert app.multiselect(key="study").value == [found.id]
    assert _charts(app) == 1
    assert app.query_params["study"] in (found.id, [found.id])
    app.button(key="study-start").click().run()
    assert not app.exception
    (job,) = api.list_jobs()
    assert (job.kind, job.params["kind"], job.params["dataset"]) == ("study", kind, "ds-own")
    assert job.params["study"].startswith("st-")


def test_the_error_to_reach_answers_at_once(open_page, words):
    app = open_page("studies", study="example-learning-ridge")
    field = next(one for one in app.number_input if one.key.startswith("study-goal"))
    field.set_value(0.09).run()
    assert "An error of 0\\.09 needs about" in words(app)
    field = next(one for one in app.number_input if one.key.startswith("study-goal"))
    field.set_value(1e-9).run()
    assert not app.exception
    assert "needs more than 10⁹ curves" in words(app) or "not reachable" in words(app)


def test_the_button_queues_what_was_chosen_and_the_job_makes_it(own, open_page):
    app = open_page("studies", kind="validation_curve", dataset="ds-own")
    app.selectbox(key="study-model").select("decision_tree").run()
    app.selectbox(key="study-option").select("model.min_samples_leaf").run()
    next(one for one in app.text_input if one.key.startswith("study-values")).set_value(
        "1, 7, 30"
    ).run()
    app.number_input(key="study-validation_curve-repeats").set_value(2).run()
    app.slider(key="study-share").set_value(25).run()
    app.button(key="study-start").click().run()
    (job,) = api.list_jobs()
    assert {
        name: job.params[name] for name in ("kind", "option", "values", "repeats", "split", "model")
    } == {
        "kind": "validation_curve",
        "option": "model.min_samples_leaf",
        "values": [1, 7, 30],
        "repeats": 2,
        "split": 0.25,
        "model": "decision_tree",
    }
    study_job(job.params, silent)
    JobStore(own).finish(JobStore(own).claim(processes.HOST).id, "done", None)
    app.run()
    assert not app.exception
    assert app.multiselect(key="study").value == [job.params["study"]], (
        "a new study is opened when it has ended"
    )
    (entry,) = (entry for entry in list_studies() if entry.id == job.params["study"])
    button = f"study-open-{job.id}"
    assert app.button(key=button).disabled
    app.multiselect(key="study").set_value([]).run()
    sentence = quoted(entry.study.sentence)
    assert any(sentence in text.value for text in app.markdown), "its result stays in view"
    app.button(key=button).click().run()
    assert app.multiselect(key="study").value == [job.params["study"]]
    delete_study(job.params["study"])
    app.run()
    assert not app.exception
    assert "has been deleted" in " ".join(text.value for text in app.caption)


def test_the_recipe_of_a_run_can_be_checked(own, open_page):
    app = open_page("studies", kind="sanity", dataset="ds-own", **{"study-recipe": "run-ridge"})
    assert app.selectbox(key="study-recipe").value == "run-ridge"
    app.button(key="study-start").click().run()
    (job,) = api.list_jobs()
    assert (job.params["model"], job.params["featurizer"], job.params["kind"]) == (
        "ridge",
        "raw",
        "sanity",
    )
    assert study_job(job.params, silent)["study"] == job.params["study"]


def test_a_damaged_study_is_a_sentence_beside_the_others(own, made, open_page, words):
    found = made("seeds")
    (own / "studies" / "st-bad").mkdir()
    (own / "studies" / "st-bad" / "study.json").write_text(json.dumps({"format": 1}))
    app = open_page("studies", study=found.id)
    assert not app.exception
    assert "cannot be read" in words(app)
    assert app.multiselect(key="study").value == [found.id]


@pytest.mark.parametrize("value", ["", "../../etc/passwd", "st-gone", "<script>", "x" * 3000])
def test_nonsense_in_the_address(open_page, value):
    app = open_page("studies", study=value, kind=value, dataset=value, **{"study-recipe": value})
    assert not app.exception
    assert not app.error


def test_deleting_a_study_closes_it(own, made, open_page):
    found = made("seeds")
    app = open_page("studies", study=found.id)
    app.session_state["delete-study-open"] = True
    app.run()
    app.selectbox(key="delete-study-which").select_index(0).run()
    app.button(key="delete-study").click().run()
    assert not app.exception
    assert found.id not in [entry.id for entry in list_studies()]
    assert found.id not in app.multiselect(key="study").value


def test_from_click_to_study(own, one_worker, open_page):
    app = open_page("studies", kind="seeds", dataset="ds-own")
    app.button(key="study-start").click().run()
    (job,) = api.list_jobs()
    until = time.monotonic() + 60
    while api.get(job.id).live and time.monotonic() < until:
        time.sleep(0.3)
        app.run()
        assert not app.exception
    assert api.get(job.id).status == "done", api.log_tail(job.id)
    assert len(api.live(job.id)["rows"]) == 5
    app.run()
    assert app.multiselect(key="study").value == [job.params["study"]]
    assert _charts(app) >= 1


def test_a_running_study_shows_its_rows(own, open_page, monkeypatch):
    app = open_page("studies", kind="seeds", dataset="ds-own")
    app.button(key="study-start").click().run()
    JobStore(own).claim(processes.HOST)
    row = {"seed": 0, "error": 0.2, "error_low": 0.1, "error_high": 0.3, "baseline": 0.4}
    monkeypatch.setattr(api, "live", lambda id_: {"rows": [row, row | {"seed": 1}]})
    before = _charts(app)
    app.run()
    assert not app.exception
    assert _charts(app) == before + 1
    assert any("seed" in table.value for table in app.dataframe)
