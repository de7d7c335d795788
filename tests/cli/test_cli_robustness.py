"""``robustness``: what is kept is what is printed."""

import pandas as pd
import pytest

from nmr_core.inference.robustness import load_robustness


@pytest.fixture(autouse=True)
def no_intervals(monkeypatch):
    monkeypatch.setattr(
        "nmr_core.inference.robustness.measure.intervals_of", lambda run: (None, None)
    )


def test_what_is_kept_is_what_is_printed(cli, runs, dataset, data_folder, tmp_path):
    answer = cli(
        "robustness",
        "run-ridge",
        "--effect",
        "gaussian_noise=10,100",
        "--effect",
        "phase_error=20",
        "--curves",
        20,
        "--jobs",
        1,
        "--json",
        "--csv",
        tmp_path / "table.csv",
    )
    assert answer.code == 0
    result = load_robustness("run-ridge")
    assert answer.json["path"] == str(data_folder / "robustness" / "run-ridge")
    assert answer.json["rows"] == result.rows
    assert result.effects == {"gaussian_noise": [100, 10], "phase_error": [20]}
    assert {limit["effect"] for limit in answer.json["limits"]} == set(result.effects)
    assert len(pd.read_csv(tmp_path / "table.csv")) == len(result.rows)


def test_as_text_beside_another_run(cli, runs, dataset):
    answer = cli(
        "robustness",
        "run-ridge",
        "--effect",
        "gaussian_noise=30,3",
        "--curves",
        20,
        "--jobs",
        1,
        "--other",
        "run-mean",
    )
    assert answer.code == 0
    for text in (
        "Gaussian noise",
        "RMSE alpha (MHz)",
        "as trained",
        "none (python -m nmr_core calibrate run-ridge)",
        "usable: the error is at most 2 times",
        "sable",
        "predictor) on polynomials]",
    ):
        assert text in answer.out
    assert "error of xi" not in answer.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("run-none",),
        ("run-ridge", "--effect", "magic"),
        ("run-ridge", "--effect", "phase_error=a"),
        ("run-ridge", "--curves", 2),
        ("run-ridge", "--effect", "phase_error=0"),
        ("run-ridge", "--other", "run-none"),
        ("run-ridge", "--level", 2),
        ("run-ridge", "--other", "run-mean", "--train-with", "clipping"),
        ("run-ridge", "--csv", "x.txt"),
        ("run-ridge", "--train-with", "magic", "--curves", 20),
    ],
)
def test_wrong_use(refused, runs, dataset, arguments):
    refused(2, "robustness", *arguments)
