"""``list`` and ``jobs``: what there is, in every state."""

import json

import pytest

from nmr_core import jobs
from nmr_core.storage.workspace import EXAMPLES


@pytest.fixture
def no_workers(data_folder, monkeypatch):
    """Jobs stay queued."""
    monkeypatch.setenv("NMR_WORKERS", "0")
    return data_folder


def _unfinish(dataset):
    manifest = json.loads((dataset / "manifest.json").read_text())
    (dataset / "manifest.json").write_text(json.dumps(manifest | {"complete": False, "parts": []}))
    (dataset / "part-00002.parquet").unlink()


def test_a_complete_data_set_and_its_runs(cli, dataset, runs, data_folder):
    found = cli("list", "--json").json
    mine = {row["id"]: row for row in found["datasets"] + found["runs"] + found["studies"]}
    assert found["data_folder"] == str(data_folder)
    assert (mine["echoes-60"]["state"], mine["echoes-60"]["n"], mine["echoes-60"]["done"]) == (
        "complete",
        60,
        60,
    )
    assert mine["echoes-60"]["bytes"] == sum(file.stat().st_size for file in dataset.iterdir())
    assert mine["run-ridge"]["state"] == "complete"
    assert mine["run-ridge"]["dataset"] == "echoes-60"
    assert {folder.name for folder in EXAMPLES.glob("*/*") if folder.is_dir()} <= {
        *mine,
        "__pycache__",
    }


def test_the_lists_in_words(cli, dataset, runs):
    answer = cli("list")
    line = next(line for line in answer.out.splitlines() if line.startswith("echoes-60"))
    assert "ML4SCI challenge 2020, secular, 60 curves" in line
    assert line.endswith("complete")
    assert any(line.startswith("run-mean") for line in answer.out.splitlines())


def test_an_unfinished_data_set_says_how_to_finish_it(cli, dataset):
    _unfinish(dataset)
    row = cli("list", "--json").json["datasets"][0]
    assert (row["id"], row["done"], row["usable"]) == ("echoes-60", 40, False)
    assert row["state"] == "40 done; finish it with generate --resume echoes-60"


def test_broken_ones_are_listed_with_their_sentence(cli, dataset, runs):
    for folder in (dataset, runs / "run-mean"):
        (folder / "manifest.json").write_text("{")
    found = cli("list", "--json").json
    mine = {row["id"]: row for row in found["datasets"] + found["runs"]}
    for name in ("echoes-60", "run-mean"):
        assert "cannot be read" in mine[name]["state"]
        assert mine[name]["usable"] is False
    assert mine["run-ridge"]["usable"] is True
    assert cli("list").code == 0


def test_an_empty_data_folder_still_has_the_examples(cli, data_folder):
    found = cli("list", "--json").json
    assert [row["id"] for row in found["datasets"]] == ["example-ml4sci-2020"]
    assert not data_folder.exists()


def test_jobs_are_listed(cli, no_workers):
    assert cli("jobs").err == "There are no jobs.\n"
    assert cli("jobs", "--json").json == []
    first, second = (jobs.submit("selftest", {}, title=title) for title in ("one", "two"))
    assert [row["id"] for row in cli("jobs", "list", "--json").json] == [second.id, first.id]
    assert (
        cli("jobs", "--json").json
        == cli("jobs", "list", "--json").json
        == cli("jobs", "--json", "list").json
    )
    lines = cli("jobs").out.splitlines()
    assert [line.split()[:4] for line in lines[1:]] == [
        [second.id, "selftest", "two", "queued"],
        [first.id, "selftest", "one", "queued"],
    ]


def test_a_job_is_cancelled_and_run_again(cli, no_workers):
    job = jobs.submit("selftest", {"steps": 3}, title="one")
    assert cli("jobs", "cancel", job.id, "--json").json["status"] == "cancelled"
    assert cli("jobs", "cancel", job.id, "--json").json["status"] == "cancelled"
    again = cli("jobs", "run-again", job.id, "--json").json
    assert (again["status"], again["params"], again["title"]) == ("queued", {"steps": 3}, "one")
    assert again["id"] != job.id
    assert "cancelled" in cli("jobs", "cancel", again["id"]).out


def test_a_failed_job_says_why(cli, no_workers):
    from nmr_core.jobs.store import JobStore

    job, store = jobs.submit("selftest", {}), JobStore(no_workers)
    store.claim("here")
    store.report(job.id, 3, 4, "counting")
    store.finish(job.id, "failed", "The disk\nis full.")
    line = cli("jobs").out.splitlines()[1]
    assert "failed: The disk is full." in line
    assert "75 %" in line


@pytest.mark.parametrize("action", ["cancel", "run-again"])
@pytest.mark.parametrize(
    "name", ["job-20000101-000000-abcd", "", "..", "../x", "x" * 500, "'; DROP TABLE jobs"]
)
def test_a_job_that_is_not_there_is_refused(refused, no_workers, action, name):
    refused(2, "jobs", action, name)


@pytest.mark.parametrize(
    "arguments", [["explode"], ["cancel"], ["list", "extra"], ["run-again", "a", "b"]]
)
def test_wrong_use_is_refused(refused, no_workers, arguments):
    refused(2, "jobs", *arguments)


def test_a_live_job_is_not_run_again(refused, no_workers):
    job = jobs.submit("selftest", {})
    assert "still queued" in refused(2, "jobs", "run-again", job.id)


def test_a_damaged_table_of_jobs_is_a_failure(refused, no_workers):
    no_workers.mkdir()
    (no_workers / "jobs.sqlite3").write_bytes(b"not a database" * 100)
    assert "not a usable table of jobs" in refused(1, "jobs")
