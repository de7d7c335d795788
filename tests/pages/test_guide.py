"""The three guided clicks: progress follows from the table of jobs and the disk alone."""

import shutil

import pytest

from nmr_core.datasets import delete_dataset
from nmr_core.evaluation import delete_run
from nmr_core.jobs import api
from nmr_core.presets import DEFAULT, PRESETS


@pytest.fixture
def put(template, data_folder):
    """``put("datasets", "ds-x")``: a finished piece of work under this id."""

    def copy(kind: str, id: str):
        source = {"datasets": "ds-own", "runs": "run-ridge"}[kind]
        folder = shutil.copytree(template / kind / source, data_folder / kind / id)
        manifest = folder / "manifest.json"
        manifest.write_text(manifest.read_text().replace(f'"{source}"', f'"{id}"'))

    return copy


def _steps(app) -> dict[str, tuple[bool, bool]]:
    """Button -> (can be pressed, is the next step)."""
    app.run()
    assert not app.exception
    buttons = {name: app.button(key=f"guide-{name}") for name in ("generate", "train", "compare")}
    return {
        name: (not button.disabled, button.proto.type == "primary")
        for name, button in buttons.items()
    }


def test_the_whole_way(open_page, finish, put):
    app = open_page("start")
    assert _steps(app) == {
        "generate": (True, True),
        "train": (False, False),
        "compare": (False, False),
    }
    app.button(key="guide-generate").click().run()
    (made,) = api.list_jobs()
    assert made.params["owner"] == made.owner
    assert made.params | {"dataset": "", "owner": ""} == {
        "dataset": "",
        "owner": "",
        "preset": PRESETS[DEFAULT].to_dict(),
        "n_samples": 2000,
        "seed": 0,
        "title": "Guided: 2,000 echoes",
    }
    assert not _steps(app)["generate"][0], "one click is enough while the job is live"
    put("datasets", made.params["dataset"])
    assert finish("done").id == made.id
    assert _steps(app) == {
        "generate": (True, False),
        "train": (True, True),
        "compare": (False, False),
    }
    app.button(key="guide-train").click().run()
    jobs = [job for job in api.list_jobs() if job.kind == "train"]
    assert {(job.params.get("model"), job.params.get("recipe")) for job in jobs} == {
        ("ridge", None),
        (None, "standard"),
    }
    assert {job.params["dataset"] for job in jobs} == {made.params["dataset"]}
    for job in jobs:
        put("runs", job.params["run"])
    finish("done")
    assert not _steps(app)["train"][0]
    finish("done")
    assert _steps(app) == {
        "generate": (True, False),
        "train": (True, False),
        "compare": (True, True),
    }
    app.button(key="guide-compare").click().run()
    assert not app.exception
    assert app.title[0].value == "How well does each model estimate each parameter?"
    assert set(app.session_state["runs"]) == {job.params["run"] for job in jobs}
    for job in jobs:
        delete_run(job.params["run"])
    app.switch_page("pages/start.py")
    assert _steps(app) == {
        "generate": (True, False),
        "train": (True, True),
        "compare": (False, False),
    }
    delete_dataset(made.params["dataset"])
    assert _steps(app) == {
        "generate": (True, True),
        "train": (False, False),
        "compare": (False, False),
    }


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("failed", "failed: The disk is full"),
        ("cancelled", "Cancelled by you. Finished parts are kept."),
        ("lost", "lost: The disk is full"),
    ],
)
def test_a_job_that_ends_badly_is_told_and_can_be_taken_again(open_page, finish, status, said):
    app = open_page("start")
    app.button(key="guide-generate").click().run()
    job = finish(status, None if status == "cancelled" else "The disk is full")
    assert _steps(app) == {
        "generate": (True, True),
        "train": (False, False),
        "compare": (False, False),
    }
    assert any(said in text.value for text in app.markdown)
    app.button(key=f"again-{job.id}").click().run()
    assert not app.exception
    assert [other.status for other in api.list_jobs()] == ["queued", status]
    assert api.list_jobs()[0].params == job.params


def test_finished_without_its_data_is_not_finished(open_page, finish):
    app = open_page("start")
    app.button(key="guide-generate").click().run()
    finish("done")
    assert _steps(app)["train"] == (False, False)


def test_another_visitor_starts_at_the_beginning(open_page, finish, put):
    app = open_page("start")
    app.button(key="guide-generate").click().run()
    put("datasets", api.list_jobs()[0].params["dataset"])
    finish("done")
    assert _steps(app)["train"] == (True, True)
    assert _steps(open_page("start"))["generate"] == (True, True)


def test_a_newcomer_can_predict_at_once(open_page):
    links = [link.proto.page for link in open_page("start").get("page_link")]
    assert "predict" in links
    assert not open_page("predict").exception


def test_other_jobs_are_no_guided_ones(open_page):
    app = open_page("data_sets")
    app.button(key="generate").click().run()
    app.switch_page("pages/start.py")
    assert _steps(app)["generate"] == (True, True)
