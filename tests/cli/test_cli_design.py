"""``design``: fast screen, ranking and proof, printed, as JSON and as CSV; refusals."""

from functools import partial

import pandas as pd
import pytest

from nmr_core.cli import design_arguments
from nmr_core.cli.parser import parser
from nmr_core.design import designing, reshaping
from nmr_core.design.proof import prove as proving

SMALL = ("--set", "n_x=8", "--set", "n_y=8", "--set", "tau=5")
QUESTION = ("design", "lab", *SMALL, "--vary", "angle_2=30,90,180", "--budget", "10s")


@pytest.fixture
def few(monkeypatch):
    """Few materials in rankings and proofs."""
    monkeypatch.setattr(designing, "design", partial(designing.design, n_materials=32))
    monkeypatch.setattr(
        reshaping,
        "shape_proposal",
        partial(reshaping.shape_proposal, n_shaping=24, n_materials=48),
    )
    few = {"n_train": 32, "n_test": 16, "n_repeats": 2, "n_random": 2}
    monkeypatch.setattr(proving, "prove", partial(proving.prove, **few))


def test_the_screen_as_text_and_as_numbers(cli, tmp_path):
    answer = cli(*QUESTION, "--screen")
    assert answer.code == 0
    for text in ("3 candidates, up to 4", "10 s", "by receiver noise alone", "measure longer", "%"):
        assert text in answer.out
    file = tmp_path / "screen.csv"
    answer = cli(*QUESTION, "--screen", "--criterion", "d", "--json", "--csv", file)
    assert answer.json["criterion"] == "d"
    assert 0 < answer.json["ratio"] <= 1
    assert len(answer.json["ranking"]) == 4
    assert answer.json["proposed"]["acquisitions"]
    table = pd.read_csv(file)
    assert table["setting"].tolist() == [row["setting"] for row in answer.json["ranking"]]


def test_a_ranking_and_its_proof(cli, few):
    answer = cli(*QUESTION, "--prove")
    assert answer.code == 0
    for text in ("promised", "realised ratio", "random control", "90 %", "stored as"):
        assert text in answer.out or text in answer.err, text
    again = cli(*QUESTION, "--prove", "--json")
    assert again.err == "", "both are read"
    assert again.json["proof"]["n_train"] == 32
    names = [row["name"] for row in again.json["proof"]["table"]]
    assert names == ["proposed", "default", "random best", "random control"]
    assert again.json["key"] in answer.out
    assert cli("design", "--stored", again.json["key"], "--prove", "--json").json == again.json


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--budget", "soon"), "600, 10min or 2h"),
        (("--vary", "angle_2"), "V1,V2"),
        (("--vary", "angle_2=a"), "V1,V2"),
        (("--weights", "d"), "NAME=VALUE"),
        (("--known", "d=4"), "NAME=LOW:HIGH"),
        (("--snr", "0"), "such as --snr 100"),
        (("--snr", "nan"), "such as --snr 100"),
        (("--snr", "inf"), "such as --snr 100"),
        (("--budget", "1e300"), "at most a year"),
        (("--budget", "1e12"), "at most a year"),
        (("--budget", "2"), "default takes 4 s with one shot of each of its 4 settings"),
        (("--seconds-per-shot", "nan"), "seconds_per_shot must be a time"),
        (("--limit", "tau=50"), "tau=10:200 in a command"),
        (("--limit", "angle=90", "--limit", "angle=180"), "--limit has angle twice"),
        (("--vary", "angle_2=45"), "--vary has angle_2 twice"),
        (("--known", "xi=3:5", "--known", "xi=4:5"), "--known has xi twice"),
        (("--weights", "d=1,d=2"), "got d twice"),
        (("--weights", "d=1", "--weights", "d=2"), "--weights has d twice"),
        (("--default", "angle_2"), "NAME=VALUE"),
        (("--default", "xi=3"), "cannot change xi"),
        (("--limit", "angle=180,tau=3"), "one NAME=VALUE"),
        (("--jobs", "0"), "n_jobs must be a whole number of processes, got 0"),
        (("--vary", "n_echoes=2,4"), "n_echoes makes no difference in this sequence"),
        (("--budget", "0.1s"), "budget"),
        (("--limit", "angle=100"), "180"),
        (("--screen", "--prove"), "--screen"),
        (("--weights", "mystery=1"), "mystery"),
    ],
)
def test_what_cannot_be_answered(refused, arguments, sentence):
    assert sentence in refused(2, *QUESTION, *arguments)


def test_a_stored_design_that_is_not_there(refused):
    assert "no stored design 'design-none'" in refused(2, "design", "--stored", "design-none")


def test_without_a_setting_that_may_change(refused):
    assert "No setting may change" in refused(2, "design", "ml4sci_2020_secular", *SMALL)


def test_a_design_is_shaped_continuously(cli):
    printed = cli(*QUESTION, "--screen", "--shape", "angle_2").out
    assert "on the materials that shaped it" in printed
    shaped = cli(*QUESTION, "--screen", "--shape", "angle_2", "--json").json["shaped"]
    assert len(shaped["design"]["acquisitions"]) == len(shaped["start"]["acquisitions"])


def test_a_proposal_is_shaped_with_disorder_and_judged_on_other_materials(cli, few):
    printed = cli(*QUESTION, "--shape", "angle_2").out
    assert "Shaping" in printed
    again = cli(*QUESTION, "--shape", "angle_2", "--json")
    assert again.err == "", "it is read"
    shaped = again.json["shaped"]
    assert shaped["fields"] == ["angle_2"]
    assert (shaped["n_shaping"], shaped["n_materials"]) == (24, 48)
    assert shaped["ratio"]["low"] <= shaped["ratio"]["value"] <= shaped["ratio"]["high"]


def test_a_field_that_cannot_be_shaped_is_one_sentence(refused):
    assert "cannot be changed continuously" in refused(2, *QUESTION, "--screen", "--shape", "xi")


def test_options_that_are_repeated_hold_together():
    options = ["--weights", "d=1", "--weights", "xi=0,ratio_y=0", "--change", "tau=3"]
    options += ["--default", "angle_2=60", "--default", "angle_2=90,tau=20"]
    args = parser().parse_args([*QUESTION, *options])
    given = design_arguments.options(args)
    assert given["weights"] == {"d": 1, "xi": 0, "ratio_y": 0}
    assert given["change"] == {"tau": 3}
    assert given["default"] == [{"angle_2": 60}, {"angle_2": 90, "tau": 20}]


def test_a_default_that_the_hardware_can_measure(cli):
    question = ("design", "lab", *SMALL, "--vary", "angle_2=30,60", "--limit", "angle=90")
    answer = cli(*question, "--default", "angle_2=90", "--budget", "10min", "--screen")
    assert answer.code == 0
    assert "β₂ 90° (1 shot)" in answer.out
