"""Data sets and Compare: buttons queue the right work, lists show what there is."""

from nmr_core.datasets import list_datasets, load_dataset
from nmr_core.datasets.generate import generate_job
from nmr_core.jobs import api
from nmr_core.presets import preset
from nmr_core.progress import silent
from nmr_core.storage.workspace import checked_id
from ui.shared import visitor


def _small_request(app):
    app.number_input(key="new-n").set_value(25)
    app.number_input(key="new-side-ml4sci_2020_secular").set_value(6)
    app.number_input(key="new-tau-ml4sci_2020_secular").set_value(5.0)
    return app


def test_generate_queues_what_was_asked(open_page):
    app = _small_request(open_page("data_sets"))
    app.number_input(key="new-seed").set_value(9)
    app.text_input(key="new-title").set_value("My *first* set")
    app.run()
    app.button(key="generate").click().run()
    assert not app.exception
    (job,) = api.list_jobs()
    assert (job.kind, job.status, job.title) == ("generate", "queued", "My *first* set")
    assert checked_id(job.params.pop("dataset")).startswith("ds-")
    assert job.params.pop("owner") == job.owner != ""
    assert job.params == {
        "preset": preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=5.0).to_dict(),
        "n_samples": 25,
        "seed": 9,
        "title": "My *first* set",
    }


def test_the_queued_job_makes_that_data_set(open_page):
    app = _small_request(open_page("data_sets")).run()
    app.button(key="generate").click().run()
    (job,) = api.list_jobs()
    generate_job(job.params | {"n_jobs": 1}, silent)
    made = load_dataset(job.params["dataset"])
    assert made.signals.shape == (25, 1, 45)
    app.run()
    assert app.selectbox(key="dataset").options[0].endswith(made.manifest.id)


def test_plain_presets_hold_nothing(open_page):
    app = open_page("data_sets")
    app.button(key="generate").click().run()
    assert api.list_jobs()[0].params["preset"]["fixed"] == {}
    assert api.list_jobs()[0].title == "ML4SCI challenge 2020, secular, 2,000 curves"


def test_a_waiting_job_is_shown_and_can_be_cancelled(open_page):
    app = open_page("data_sets")
    app.button(key="generate").click().run()
    assert any("waiting, number 1 in the queue" in text.value for text in app.markdown)
    app.button(key=f"cancel-{api.list_jobs()[0].id}").click().run()
    assert not app.exception
    assert api.list_jobs()[0].status == "cancelled"


def test_the_sixth_waiting_job_is_refused_with_a_sentence(open_page):
    app = open_page("data_sets")
    for _ in range(6):
        app.button(key="generate").click().run()
    assert not app.exception
    assert len(api.list_jobs()) == api.QUEUE_LIMIT
    assert [error.value for error in app.error] == [
        "5 jobs are already waiting, the limit for one user. Cancel one or wait."
    ]


def test_a_refused_job_is_a_sentence_on_the_start_page_too(open_page, monkeypatch):
    monkeypatch.setattr(visitor, "owner", lambda: "me")
    app = open_page("start")
    for _ in range(api.QUEUE_LIMIT):
        api.submit("selftest", {}, owner="me")
    app.button(key="guide-generate").click().run()
    assert not app.exception
    assert ["5 jobs are already waiting" in error.value for error in app.error] == [True]


def test_titles_are_quoted_wherever_they_are_shown(open_page):
    app = open_page("data_sets")
    app.text_input(key="new-title").set_value("[click](https://example.org) **bold**").run()
    app.button(key="generate").click().run()
    shown = " ".join(text.value for text in app.markdown)
    assert r"\[click\]\(https\://example\.org\) \*\*bold\*\*" in shown
    assert "[click](" not in shown


def test_a_half_written_data_set_can_be_finished(broken, open_page):
    app = open_page("data_sets", dataset="ds-own")
    button = app.button(key="finish-ds-half")
    assert any("Unfinished · 30 of 60 curves" in text.value for text in app.markdown)
    button.click().run()
    (job,) = api.list_jobs()
    generate_job(job.params | {"n_jobs": 1}, silent)
    assert load_dataset("ds-half").digest() == load_dataset("ds-own").digest()
    app.run()
    assert "finish-ds-half" not in [button.key for button in app.button]


def test_no_second_job_for_a_data_set_that_is_being_written(broken, open_page):
    app = open_page("data_sets", dataset="ds-own")
    app.button(key="finish-ds-half").click().run()
    assert "finish-ds-half" not in [button.key for button in app.button]


def test_own_data_sets_can_be_deleted_and_the_example_cannot(own, open_page, delete):
    app = open_page("data_sets", dataset="example-ml4sci-2020")
    app.session_state["delete-example-ml4sci-2020-open"] = True
    app.run()
    assert "delete-example-ml4sci-2020" not in [button.key for button in app.button]
    app.selectbox(key="dataset").select("ds-own").run()
    delete(app, "ds-own")
    assert not app.exception
    assert [entry.id for entry in list_datasets()] == ["example-ml4sci-2020"]
    assert app.selectbox(key="dataset").value is None
