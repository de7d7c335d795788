"""``calibrate``: the coverage is printed, the calibration kept, and machine-readable."""

import pytest

from nmr_core.inference.intervals import load_calibration

FEW = ("--curves", 60, "--check", 20, "--jobs", 1)


def test_what_is_kept_is_what_is_printed(cli, runs, data_folder):
    answer = cli("calibrate", "run-ridge", *FEW, "--level", 0.8, "--method", "constant", "--json")
    assert answer.code == 0, answer
    result = load_calibration("run-ridge")
    assert answer.json["path"] == str(data_folder / "calibrations" / "run-ridge")
    assert (
        answer.json["method"],
        answer.json["n"],
        answer.json["n_check"],
        answer.json["source"],
    ) == ("constant", 60, 20, "fresh")
    assert result.n == 60
    assert {row["level"] for row in answer.json["coverage"]} >= {0.5, 0.8, 0.9}
    assert set(answer.json["unidentifiable"]) == {"xi"}


def test_as_text(cli, runs, tmp_path):
    answer = cli("calibrate", "run-ridge", *FEW, "--out", tmp_path / "kept")
    assert answer.code == 0, answer
    for text in (
        "51 to fit, 9 to score, 20 to check (fresh)",
        "90 % intervals",
        "all parameters jointly",
        "of the range)",
        "xi: the whole prior range",
    ):
        assert text in answer.out
    assert "100 %" in answer.err
    assert (tmp_path / "kept" / "calibration.json").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ("run-none",),
        ("run-ridge", "--method", "magic"),
        ("run-ridge", "--level", 1.5),
        ("run-ridge", "--curves", 1),
        ("run-ridge", "--method", "aps"),
    ],
)
def test_wrong_use(refused, runs, arguments):
    refused(2, "calibrate", *arguments)


def test_a_folder_with_something_else_is_left_alone(refused, runs, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    assert "something else" in refused(2, "calibrate", "run-ridge", *FEW, "--out", tmp_path)


def test_the_stored_one_is_shown_with_its_map(cli, runs, tmp_path):
    assert cli("calibrate", "run-ridge", "--curves", 60, "--check", 200, "--jobs", 1).code == 0
    stored = load_calibration("run-ridge")
    file = tmp_path / "map.csv"
    answer = cli(
        *("calibrate", "run-ridge", "--stored", "--map", "alpha,predicted_d", "--of", "d"),
        *("--csv", file),
    )
    assert answer.code == 0, answer
    assert "Coverage of the 90 % intervals of d (%), alpha across, predicted_d up" in answer.out
    assert "Lowest: " in answer.out
    assert load_calibration("run-ridge").created == stored.created
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 3 * 3
    assert lines[1].startswith("d,alpha,predicted_d,")
    answer = cli("calibrate", "run-ridge", "--stored", "--map", "--json")
    assert {(row["x"], row["y"]) for row in answer.json["map"]} == {("alpha", "p")}
    assert cli("calibrate", "run-ridge", "--stored", "--csv", file).code == 0
    assert "predicted_alpha" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("pair", ["alpha", "alpha,", "alpha,p,d", "alpha,W"])
def test_a_map_takes_two_parameters(cli, refused, runs, pair):
    assert cli("calibrate", "run-ridge", *FEW, "--method", "constant").code == 0
    refused(2, "calibrate", "run-ridge", "--stored", "--map", pair)


def test_without_a_stored_one_there_is_nothing_to_show(refused, runs):
    assert "calibrate run-ridge" in refused(2, "calibrate", "run-ridge", "--stored")
