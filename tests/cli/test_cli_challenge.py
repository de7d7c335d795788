"""``challenge`` on the command line, from making it to its export."""

import io
import zipfile
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nmr_core.challenge import Row
from nmr_core.challenge.metrics import METRICS
from nmr_core.cli.challenge_output import show_board
from nmr_core.evaluation import list_runs

SMALL = (
    *("--train", "60", "--public", "30", "--private", "30"),
    *("--pause", "0", "--until", "2h", "--no-references"),
)


@pytest.fixture
def made(cli):
    answer = cli(
        "challenge", "create", "2020", *SMALL, "--until", "2h", "--no-references", "--json"
    )
    assert answer.code == 0, answer.err
    return answer.json


def test_a_challenge_from_beginning_to_end(cli, made, tmp_path):
    id = made["id"]
    assert (made["state"], made["columns"]) == ("open", ["alpha", "p", "d"])
    assert id in cli("challenge").out
    template, curves, results = (str(tmp_path / name) for name in ("a.csv", "c.npz", "r.zip"))
    assert cli("challenge", "template", id, "-o", template).code == 0
    assert cli("challenge", "curves", id, "-o", curves).code == 0
    with np.load(curves) as arrays:
        assert arrays["sample"].tolist() == pd.read_csv(template)["sample"].tolist()
        assert arrays["signals"].shape == (60, 1, 471)
    receipt = cli("challenge", "submit", id, template, "--name", "Zoe")
    assert "rank 1. 19 tries left." in receipt.out
    assert "Zoe" in cli("challenge", "board", id).out
    for action in ("freeze", "unfreeze", "hide", "unhide"):
        assert cli("challenge", action, id).code == 0
    assert cli("challenge", "extend", id, "3h").code == 0
    assert cli("challenge", "tries", id, "Zoe", "2").code == 0
    assert cli("challenge", "people", id, "--json").json[0]["name"] == "Zoe"
    assert cli("challenge", "move", id, "cli:Zoe", "Zoe").code == 0
    assert "1 submissions were scored again" in cli("challenge", "rescore", id).err
    assert cli("challenge", "close", id, "--no-reveal").code == 0
    assert cli("challenge", "reopen", id, "1h").code == 0
    assert "private rank" in cli("challenge", "close", id).out
    assert cli("challenge", "export", id, "-o", results).code == 0
    with zipfile.ZipFile(results) as archive:
        names = archive.namelist()
        truth = pd.read_csv(io.BytesIO(archive.read("truth.csv")))
    assert {"challenge.json", "board.csv", "submissions.csv", "predictions/00001.csv"} <= set(names)
    assert truth["is_public"].sum() == 30
    assert cli("challenge", "delete", id).code == 0
    assert cli("challenge", "list").out == ""


def test_a_run_trained_on_the_training_set_is_submitted(cli, made):
    trained = cli("train", made["training"], "--recipe", "quick", "--json")
    assert trained.code == 0, trained.err
    run = next(entry for entry in list_runs() if entry.run.manifest.dataset == made["training"])
    receipt = cli("challenge", "submit", made["id"], "--run", run.id, "--json")
    assert receipt.json["shown"]
    assert receipt.json["tries_left"] == 19


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("create", "2019"), "template must be one of 2020, kernels, repair, error_bars"),
        (("create", "2020", "--metric", "r2"), "metric must be one of weighted_mse, got 'r2'"),
        (("create", "2020", "--train", "5"), "n_train"),
        (("create", "2020", "--until", "2001-01-01"), "The end must be later than now"),
        (("create", "kernels", "--preset", "lab"), "has presets of its own"),
        (("create", "2020", "--preset", "nope"), "There is no preset 'nope'"),
        (("board", "ch-none"), "There is no challenge 'ch-none' here"),
        (("board", "../../etc"), "An id has 2 to 64"),
    ],
)
def test_wrong_use_is_one_sentence(cli, arguments, sentence):
    answer = cli("challenge", *arguments)
    assert answer.code == 2
    assert sentence in answer.err


def test_a_row_without_a_private_score_has_a_dash(capsys):
    linear = Row("", "linear estimate", True, 0, 0.02, 0.003)
    challenge = SimpleNamespace(metric=METRICS["weighted_mse"], is_revealed=True)
    show_board(challenge, SimpleNamespace(rows=[linear]))
    out = capsys.readouterr().out
    assert "nan" not in out
    assert out.count("–") == 2
