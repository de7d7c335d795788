"""``identify``: verdicts, errors and profiles, printed, as JSON and as CSV."""

import pandas as pd
import pytest

from nmr_core.inference.identifiability import find_identification
from nmr_core.inference.identifiability.words import statement

FEW = ("--seeds", 16, "--at", "d=3.4")


def test_verdicts_as_text_and_as_numbers(cli, small):
    answer = cli("identify", "ml4sci_2020_secular", *small, "--seeds", 16, "--points", 2)
    assert answer.code == 0
    for text in ("identifiable", "divided by its own sum", "% of range", "none", "worst"):
        assert text in answer.out
    answer = cli("identify", "ml4sci_2020_secular", *small, "--seeds", 16, "--points", 2, "--json")
    assert answer.json["verdicts"]["xi"]["kind"] == "not"
    assert answer.json["verdicts"]["xi"]["error"] is None
    assert len(answer.json["rows"]) == 8
    assert answer.json["n_seeds"] == 16


def test_the_sentences_are_those_of_the_page(cli, data_folder):
    answer = cli("identify", "ml4sci_2020_secular", "--snr", 125)
    result = find_identification("ml4sci_2020_secular", noise=0.004)
    assert answer.out.rstrip().endswith(statement(result))
    assert "at SNR 125" in statement(result)
    for verdict in result.verdicts.values():
        assert f"{verdict.name}: {verdict.reason}\n" in answer.out


def test_a_report_is_one_file(cli, tmp_path):
    answer = cli("identify", "ml4sci_2020_secular", "--html", tmp_path / "report.html")
    assert answer.code == 0
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for words in ("without noise", "best run", "worst point", "divided by its own sum"):
        assert words in text


def test_of_a_data_set(cli, dataset):
    answer = cli("identify", "echoes-60", *FEW, "--json")
    assert answer.code == 0
    assert answer.json["points"][0]["d"] == 3.4


def test_against_a_setting_to_a_file(cli, small, tmp_path):
    file = tmp_path / "errors.csv"
    answer = cli(
        "identify",
        "ml4sci_2020_secular",
        *small,
        *FEW,
        "--against",
        "snr=10,100,1000",
        "--no-disorder",
        "--csv",
        file,
    )
    assert answer.code == 0
    table = pd.read_csv(file)
    assert table["SNR"].tolist() == [10, 100, 1000]
    assert table["error alpha (MHz)"].is_monotonic_decreasing
    assert "error alpha (MHz)" in answer.out


def test_a_map_and_a_profile(cli, small):
    answer = cli(
        "identify",
        "ml4sci_2020_secular",
        *small,
        *FEW,
        "--map",
        "snr=10,100",
        "d=3,4",
        "--of",
        "d",
        "--json",
    )
    assert [row["d"] for row in answer.json["rows"]] == [3, 3, 4, 4]
    answer = cli("identify", "ml4sci_2020_secular", *small, *FEW, "--profile", "xi")
    assert "none: the profile is flat" in answer.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("ml4sci_2020_secular", "--of", "d"),
        ("ml4sci_2020_secular", "--map", "snr=1,2", "d=3,4"),
        ("ml4sci_2020_secular", "--noise", "-1"),
        ("ml4sci_2020_secular", "--no-disorder"),
        ("ml4sci_2020_secular", "--curves", "3"),
        ("ml4sci_2020_secular", "--html", "x.txt"),
        ("ml4sci_2020_secular", "--html", "x.html", "--profile", "d"),
        ("ml4sci_2020_secular", "--snr", "-1"),
        ("ml4sci_2020_secular", "--against", "nothing=1"),
        ("ml4sci_2020_secular", "--profile", "nothing"),
        ("ml4sci_2020_secular", "--set", "nothing=1"),
        ("ml4sci_2020_secular", "--at", "nothing=1"),
        ("ml4sci_2020_secular", "--csv", "x.txt"),
        ("ml4sci_2020_secular", "--noise", "0.1", "--snr", "3"),
        ("ml4sci_2020_secular", "--targets", ""),
        ("ml4sci_2020_secular", "--points", "0"),
    ],
)
def test_wrong_use(refused, arguments):
    refused(2, "identify", *arguments)
