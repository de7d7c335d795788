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
        "30 to fit, 30 to score, 20 to check (fresh)",
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
