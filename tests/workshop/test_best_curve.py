"""The training curve of the room's best submitted run."""

import shutil

import pytest
from made_challenges import MAX, ZOE, make, truth_table

import nmr_core as nmr
from nmr_core.challenge import Participant, hide, submit
from nmr_core.learning.curves import run_curve
from nmr_core.workshop.best_curve import best_curve


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Two people with a run each: a network and a model without epochs."""
    monkeypatch.setenv("NMR_DATA", str(tmp_path))
    folders = {}
    for person, run in ((ZOE, "example-mlp"), (MAX, "example-ridge")):
        folders[person.id] = tmp_path / person.id
        shutil.copytree(nmr.load_run(run).path, folders[person.id] / "runs" / run)
    return folders


def test_it_is_that_of_the_first_team_with_a_curve(folders):
    challenge = make()
    assert best_curve(challenge, folders) is None
    submit(challenge, truth_table(challenge, 0.1), ZOE, run="example-mlp")
    submit(challenge, truth_table(challenge, 0.02), MAX, run="example-ridge")
    curve = best_curve(challenge, folders)
    assert curve.title == "Zoe, best trained in epochs"
    assert len(curve.epochs) == len(run_curve(nmr.load_run("example-mlp").manifest).epochs)
    assert best_curve(challenge, {}) is None


def test_files_runs_that_are_gone_and_strange_ids_have_none(folders):
    challenge = make()
    submit(challenge, truth_table(challenge, 0.1), ZOE)
    assert best_curve(challenge, folders) is None
    for k, run in enumerate(("../../etc", "run-gone")):
        submit(
            challenge,
            truth_table(challenge, 0.05 / (k + 1)),
            Participant(f"p-{k}", f"N{k}"),
            run=run,
        )
    folders |= {"p-0": folders[ZOE.id], "p-1": folders[ZOE.id]}
    assert best_curve(challenge, folders) is None


def test_a_hidden_board_hides_it(folders):
    challenge = make()
    submit(challenge, truth_table(challenge, 0.1), ZOE, run="example-mlp")
    hide(challenge)
    assert best_curve(challenge, folders) is None
