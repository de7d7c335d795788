"""``labs``: list, controls, a move, its figures, a notebook."""

import json

from nmr_core.labs import progress
from nmr_core.labs.registry import LABS


def test_the_list_names_every_lab_and_what_is_done(cli):
    progress.write("overfit", progress.Progress(guess=0.5, is_open=True, moves=3))
    listed = cli("labs").out
    assert cli("labs", "list").out == listed
    lines = listed.splitlines()[1:]
    assert [line.split()[1] for line in lines] == list(LABS)
    assert [line.split()[1] for line in lines if line.endswith("yes")] == ["overfit"]
    rows = cli("labs", "list", "--json").json
    assert {row["lab"]: row["done"] for row in rows}["overfit"] is True


def test_a_move_prints_its_numbers(cli):
    answer = cli("labs", "run", "overfit", "draw=3", "noise=1e-1", "--json").json
    assert answer["state"]["noise"] == 0.1
    values = {number["key"]: number["value"] for number in answer["numbers"]}
    assert values["weights"] == 6601
    assert values["train"] < 0.05 < values["outside"]
    assert "6601" in cli("labs", "run", "overfit").out


def test_a_move_is_drawn(cli, tmp_path):
    file = tmp_path / "fit.html"
    assert str(file) in cli("labs", "run", "overfit", "--html", file).err
    assert "potential" in file.read_text(encoding="utf-8")


def test_controls_are_listed(cli):
    assert "Training points." in cli("labs", "controls", "overfit").out
    keys = [row["key"] for row in cli("labs", "controls", "overfit", "--json").json]
    assert keys == [control.key for control in LABS["overfit"].controls]


def test_a_notebook_is_written(cli, tmp_path):
    file = tmp_path / "lab.ipynb"
    assert cli("labs", "notebook", "overfit", "draw=3", "-o", file).code == 0
    assert "draw=3" in file.read_text(encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8"))["nbformat"] == 4


def test_wrong_moves_are_refused(refused, tmp_path):
    assert "one of memorise" in refused(2, "labs", "run", "alchemy")
    assert "points must be one of" in refused(2, "labs", "run", "overfit", "points=11")
    assert "has the controls" in refused(2, "labs", "run", "overfit", "colour=red")
    assert "CONTROL=VALUE" in refused(2, "labs", "run", "overfit", "points")
    assert "end in .ipynb" in refused(2, "labs", "notebook", "overfit", "-o", tmp_path / "a.txt")
    assert "end in .html" in refused(2, "labs", "run", "overfit", "--html", tmp_path / "a.txt")
