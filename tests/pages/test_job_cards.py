"""One card for all kinds of job: progress, Cancel, result, next step, until it is closed."""

import json

import pytest

from nmr_core.datasets import delete_dataset
from nmr_core.jobs import api, processes
from nmr_core.jobs.handlers import HANDLERS
from nmr_core.jobs.store import JobStore
from ui.shared import job_ends, pages

KINDS = [kind for kind in HANDLERS if kind != "selftest"]
PARAMS = {
    "dataset": "ds-own",
    "run": "run-ridge",
    "study": "st-none",
    "source": "ds-own",
    "id": "pr-none",
}
OPENS = {
    "generate": ("data_sets", {}),
    "effects": ("data_sets", {"dataset": "ds-own"}),
    "join": ("train", {}),
    "train": ("train", {}),
    "study": ("studies", {}),
    "explain": ("explain", {"run": "run-mean"}),
    "identify": ("identify", {}),
    "calibrate": ("calibration", {"run": "run-mean"}),
    "robustness": ("calibration", {"run": "run-mean"}),
}
"""Kind -> a page that starts it and always shows its cards."""


@pytest.fixture
def job(own):
    """``job(kind)``: a job of nobody in particular, which a worker has just begun."""

    def begin(kind: str):
        store = JobStore(own)
        job = store.submit(kind, json.dumps(PARAMS), title=f"Job {kind}")
        store.claim(processes.HOST)
        store.report(job.id, 0, 100, "working")
        store.report(job.id, 40, 100, "working")
        return job

    return begin


def test_every_kind_has_a_next_step_on_a_page():
    assert set(job_ends.STEPS) == set(KINDS)
    names = {name for section in pages.PAGES.values() for name in section}
    assert {step.page for steps in job_ends.STEPS.values() for step in steps} <= names
    assert all(job_ends.STEPS.values())


@pytest.mark.parametrize("kind", OPENS)
def test_a_card_shows_progress_then_result_and_next_step_until_it_is_closed(
    own, job, open_page, words, kind
):
    page, query = OPENS[kind]
    running = job(kind)
    app = open_page(page, **query)
    assert not app.exception
    text = words(app)
    assert f"Job {kind}" in text
    assert ("40 of 100 curves" if kind in job_ends.COUNTED else "40%") in text
    assert app.button(key=f"cancel-{running.id}")
    JobStore(own).finish(running.id, "done", result={"summary": "R²: α 0.9, p 0.8"})
    # As after a reload, in another session
    app = open_page(page, **query)
    assert not app.exception
    assert r"α 0\.9, p 0\.8" in words(app)
    links = [link.proto.label for link in app.main.get("page_link")]
    links += [button.label for button in app.main.button]
    links += ["Open the study"] if kind == "study" else []
    assert all(step.label in links for step in job_ends.STEPS[kind])
    app.button(key=f"close-{running.id}").click().run()
    assert f"Job {kind}" not in words(app)
    assert f"Job {kind}" not in words(open_page(page, **query))
    assert api.get(running.id).status == "done"


@pytest.mark.parametrize("page", ["start", "data_sets", "train", "studies", "calibration"])
def test_a_page_lives_without_its_table_of_jobs(own, open_page, words, page):
    JobStore(own).path.write_bytes(b"no table" * 500)
    app = open_page(page)
    assert not app.exception
    problems = [error.value for error in app.error]
    assert len(problems) == 1, problems
    assert "not a usable table of jobs" in problems[0].replace("\\", "")
    assert app.main.button or app.main.selectbox


def test_the_sidebar_does_not_look_where_cards_do(job, open_page):
    job("generate")
    app = open_page("data_sets")
    assert app.session_state["_cards-polled"]
    app = open_page("simulate")
    assert not app.session_state["_cards-polled"]
    assert "Running now" in [caption.value for caption in app.sidebar.caption]


@pytest.mark.parametrize("end", ["done", "failed"])
def test_a_card_whose_data_set_was_deleted_offers_nothing_more(job, own, open_page, words, end):
    made = job("generate")
    JobStore(own).finish(made.id, end, result={"summary": "50 curves"})
    delete_dataset("ds-own")
    app = open_page("data_sets")
    assert "Its data set has been deleted." in words(app)
    keys = [button.key for button in app.button]
    assert not {f"open-{made.id}", f"again-{made.id}"} & set(keys)
    assert f"close-{made.id}" in keys
