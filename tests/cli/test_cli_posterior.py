"""``posterior``: learned, tested and stored; sampled into files and a figure."""

import shutil

import numpy as np
import pandas as pd
import pytest

from nmr_core.inference.posterior import load_posterior

FEW = ("--curves", 4000, "--check", 300, "--jobs", 1, "--family", "binned")


@pytest.fixture(scope="module")
def learned_once(cli_in, runs_folder, tmp_path_factory):
    """What the command answers, and the data folder that it has written to; do not touch it."""
    folder = tmp_path_factory.mktemp("learned")
    shutil.copytree(runs_folder, folder / "runs")
    return cli_in(folder, "posterior", "run-ridge", *FEW, "--json"), folder


@pytest.fixture
def learned(learned_once, data_folder):
    """The answer; the run and its posterior are in the data folder."""
    answer, folder = learned_once
    shutil.copytree(folder, data_folder, dirs_exist_ok=True)
    return answer


def test_what_is_stored_is_what_is_printed(learned, learned_once):
    assert learned.code == 0, learned
    stored = load_posterior("run-ridge")
    _, folder = learned_once
    assert learned.json["path"] == str(folder / "posteriors" / "run-ridge")
    assert (learned.json["family"], learned.json["n"], learned.json["n_check"]) == (
        "binned",
        4000,
        300,
    )
    assert learned.json["says"] == stored.ranks.sentence
    assert set(learned.json["ranks"]) == {"alpha", "p", "d", "joint"}


def test_samples_go_into_files_and_a_figure(cli, learned, dataset, tmp_path):
    csv, npz, page = (tmp_path / name for name in ("s.csv", "s.npz", "c.html"))
    options = ("--samples", 200, "--echo", "2,0")
    answer = cli("posterior", "run-ridge", "echoes-60", *options, "--out", csv, "--figure", page)
    assert answer.code == 0, answer
    for text in ("echo 2", "alpha (MHz)", "median", "90 % low"):
        assert text in answer.out
    table = pd.read_csv(csv)
    assert len(table) == 400
    assert table.columns.str.isascii().all()
    assert any("MHz" in name for name in table)
    assert "<html" in page.read_text(encoding="utf-8")[:200].lower()
    answer = cli("posterior", "run-ridge", "echoes-60", *options, "--out", npz, "--json")
    assert [echo["echo"] for echo in answer.json["echoes"]] == [2, 0]
    with np.load(npz, allow_pickle=False) as arrays:
        assert arrays["samples"].shape == (2, 200, 3)
        assert arrays["units"].tolist() == ["MHz", "", ""]


def test_a_refined_posterior_says_how_many_simulations_count(cli, learned, dataset):
    options = ("--samples", 200, "--echo", 0, "--insist")
    answer = cli("posterior", "run-ridge", "echoes-60", *options, "--simulations", 500, "--json")
    assert answer.code == 0, answer
    (echo,) = answer.json["echoes"]
    assert echo["n_simulated"] in (500, 1000)
    assert 0 < echo["n_effective"] < echo["n_simulated"]
    assert echo["provenance"].startswith(
        f"refined with {echo['n_simulated']:,} simulations, n effective"
    )
    (amortised,) = cli("posterior", "run-ridge", "echoes-60", *options, "--json").json["echoes"]
    assert (amortised["provenance"], amortised["n_effective"]) == ("amortised", None)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run-none",),
        ("run-ridge", "--family", "magic"),
        ("run-ridge", "--curves", 1),
        ("run-ridge", "--out", "samples.csv"),
        ("run-ridge", "--simulations", 500),
        ("run-ridge", "echoes-60"),
        ("run-ridge", "echoes-60", "--echo", "x"),
    ],
)
def test_wrong_use(refused, runs, dataset, arguments):
    refused(2, "posterior", *arguments)
