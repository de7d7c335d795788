"""``server``: state, announcement and maintenance, while the server runs."""

import time

import pytest

from nmr_core.cli.server import until
from nmr_core.storage.spaces import announcement, maintenance


def test_the_state_names_what_a_server_needs(cli, data_folder):
    state = cli("server", "--json").json
    assert {check["name"]: check["ok"] for check in state["checks"]} == {
        "folder": True,
        "disk": True,
        "jobs": True,
        "supervisor": True,
    }
    assert state["versions"]["spin-echo-lab"]
    assert (state["announcement"], state["maintenance"]) == (None, None)
    text = cli("server").out
    assert "ok    jobs: The table of jobs can be written." in text


def test_something_is_announced_and_taken_down(cli, data_folder):
    cli("server", "announce", "Cake\n at  three", "--level", "warning", "--until", "2h")
    shown = announcement.current()
    assert (shown.text, shown.level, shown.by) == ("Cake at three", "warning", "command line")
    assert shown.until == pytest.approx(time.time() + 7200, abs=60)
    assert cli("server", "--json").json["announcement"]["text"] == "Cake at three"
    assert "taken down" in cli("server", "announce", "--none").err
    assert announcement.current() is None
    assert "There is no announcement" in cli("server", "announce", "--none").err


def test_an_announcement_ends_by_itself_and_maintenance_does_not(cli, data_folder, monkeypatch):
    cli("server", "announce", "Cake", "--until", "1h")
    cli("server", "maintenance", "A new disk.", "--until", "1h")
    later = time.time() + 7200
    monkeypatch.setattr("time.time", lambda: later)
    assert announcement.current() is None
    sentence = maintenance.current().sentence
    assert "UTC: A new disk. Running jobs finish, new ones cannot be started." in sentence
    assert "has ended" in cli("server", "maintenance", "--none").err
    assert maintenance.current() is None


def test_a_damaged_file_costs_the_announcement_and_keeps_the_maintenance(cli, data_folder):
    cli("server", "announce", "Cake")
    cli("server", "maintenance", "A new disk")
    for document in (announcement.DOCUMENT, maintenance.DOCUMENT):
        (data_folder / document).write_text("{")
    assert announcement.current() is None
    assert "damaged" in maintenance.current().reason
    cli("server", "maintenance", "--none")
    assert maintenance.current() is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["announce"], "Give a text, or --none to end it."),
        (["announce", "Cake", "--none"], "Give a text, or --none to end it."),
        (["announce", "x" * 301], "An announcement must have 1 to 300 characters, got 301."),
        (["announce", "Cake", "--until", "soon"], "--until must be like 90min, 2h, 3d or"),
        (["announce", "Cake", "--until", "2020-01-31 18:00"], "The end must be in the future"),
        (["announce", "Cake", "--until", "9" * 400 + "h"], "within a year"),
        (["announce", "Cake", "--until", "9999-12-31 18:00"], "within a year"),
        (["maintenance", " \t "], "A reason must have 1 to 300 characters, got 0."),
        (["maintenance", "A new disk", "--until", "1e999h"], "--until must be like 90min"),
    ],
)
def test_what_cannot_be_is_one_sentence(refused, data_folder, arguments, sentence):
    assert sentence in refused(2, "server", *arguments)


def test_times_are_from_now_on_or_of_the_clock():
    assert until(None) is None
    assert until("90 min") == pytest.approx(time.time() + 5400, abs=60)
    assert until("2026-12-24T18:00+00:00") == 1798135200.0
