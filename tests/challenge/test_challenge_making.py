"""Challenges from their templates: parts, classes, reference models, and what a run can submit."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.challenge import (
    TEMPLATES,
    Participant,
    Target,
    board,
    create,
    job_params,
    load,
    making,
    predict_for,
    references,
    submit,
)
from nmr_core.challenge import test_signals as curves_of
from nmr_core.challenge.references import linear_estimate
from nmr_core.challenge.secret import truth_of
from nmr_core.datasets import load_dataset
from nmr_core.errors import InputError
from nmr_core.jobs.handlers import HANDLERS
from nmr_core.learning.train import train
from nmr_core.presets import PRESETS
from nmr_core.presets.table import KINDS, Row, table_preset
from nmr_core.progress import silent
from nmr_core.storage.spaces.person import Member, acting_as
from nmr_core.storage.spaces.rights import RefusedError

SMALL = {"n_train": 60, "n_public": 30, "n_private": 60, "pause": 0.0}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_options_of_every_template_are_checked_before_the_job(data, name):
    params = job_params(name, **SMALL)
    assert params["template"] == name
    assert "seed" not in params
    with pytest.raises(InputError, match="n_public"):
        job_params(name, n_public=3)
    with pytest.raises(InputError, match="no option 'seed'"):
        job_params(name, seed=3)


def test_only_administrators_make_challenges(data):
    with acting_as(Member("p-1", "Zoe")), pytest.raises(RefusedError, match="administrator"):
        job_params("2020")


def test_kernels_are_mixed_in_equal_parts(data):
    challenge = create("kernels", references=False, **SMALL)
    truth = truth_of(challenge.folder)
    classes = truth.values[:, 0]
    assert challenge.classes == ("gaussian", "power_law", "rkky")
    assert np.bincount(classes.astype(int)).tolist() == [30, 30, 30]
    assert np.bincount(classes[truth.is_public].astype(int)).tolist() == [10, 10, 10]
    assert (np.diff(classes) != 0).sum() > 30  # not one class after another
    training = load_dataset(challenge.training)
    assert sorted(training.parameters["kernel"].unique()) == list(challenge.classes)
    run = train(training, targets=["kernel"], recipe="quick")
    receipt = submit(challenge, predict_for(challenge, run), Participant("p-1", "Zoe"))
    assert receipt.score > 0.6


def test_the_job_puts_reference_models_and_the_linear_estimate_on_the_board(data, monkeypatch):
    monkeypatch.setattr(references, "RECIPES", ("quick",))
    params = job_params("2020", **SMALL) | {"owner": "ada"}
    result = HANDLERS["challenge"](params, silent)
    challenge = load(result["challenge"])
    names = [row.name for row in board(challenge).rows]
    assert names == ["linear estimate", "quick", "baseline"]
    # "" is the team of who has none: no row is theirs
    assert all(row.team for row in board(challenge).rows)
    assert all(row.rank == 0 for row in board(challenge).rows)
    assert challenge.linear[0] == pytest.approx(0.023, abs=0.002)  # of the shipped estimate
    training = load_dataset(challenge.training)
    assert training.manifest.owner == challenge.owner == "ada"
    run = train(training, targets=["alpha", "d"], recipe="quick")
    with pytest.raises(InputError, match="does not predict p, which this challenge asks for"):
        predict_for(challenge, run)


def test_an_interrupted_job_is_finished_by_the_next_run(data, monkeypatch):
    monkeypatch.setattr(references, "RECIPES", ())
    params = job_params("2020", **SMALL)

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "add_references", interrupted)
        with pytest.raises(KeyboardInterrupt):
            HANDLERS["challenge"](dict(params), silent)
    for _ in range(2):
        result = HANDLERS["challenge"](dict(params), silent)
        rows = board(load(result["challenge"])).rows
        assert [row.name for row in rows] == ["linear estimate", "baseline"]
    assert result["dataset"] == load(params["challenge"]).training


def test_the_baseline_of_error_bars_holds_the_truth_as_often_as_it_says(data, monkeypatch):
    monkeypatch.setattr(references, "RECIPES", ())
    challenge = create("error_bars", n_train=300, n_public=200, n_private=60)
    rows = {row.name: row for row in board(challenge).rows}
    assert rows["baseline"].details["coverage"] == pytest.approx(0.9, abs=0.05)
    assert rows["linear estimate"].score < rows["baseline"].score
    run = train(load_dataset(challenge.training), targets=["alpha", "p", "d"], recipe="quick")
    with pytest.raises(InputError, match=r"[Cc]alibrat"):
        predict_for(challenge, run)


def test_the_seed_has_128_bits_and_no_two_challenges_share_curves(data):
    first, second = (create("2020", references=False, **SMALL) for _ in range(2))
    seeds = []
    for challenge in (first, second):
        with np.load(challenge.folder / "secret" / "truth.npz") as arrays:
            seeds.append(arrays["seed"].tobytes())
    assert len(seeds[0]) == 16
    assert seeds[0] != seeds[1]
    assert not np.array_equal(curves_of(first).signals, curves_of(second).signals)


PRIORS = {
    "uniform": Row("alpha", "uniform", 0.01, 0.1),
    "log-uniform": Row("alpha", "log-uniform", 0.01, 0.1),
    "normal": Row("alpha", "normal", mean=0.05, sd=0.02),
    "normal, cut": Row("alpha", "normal", 0.04, 0.06, mean=0.05, sd=0.02),
    "choice": Row("alpha", "choice", values=(0.02, 0.05)),
    "fixed": Row("alpha", "fixed", values=(0.05,)),
    "solved": Row("xi", "solved"),
}


@pytest.mark.parametrize("kind", PRIORS)
def test_an_answer_far_from_the_prior_scores_badly(data, kind):
    """Scores are in widths of where the prior lies, for every distribution of a table."""
    assert {name.partition(",")[0] for name in PRIORS} == set(KINDS)
    rows = [PRIORS[kind], Row("d", "uniform", 1, 5)]
    if kind == "solved":
        rows += [Row("omega_p", "uniform", 0.3, 0.5), Row("alpha", "fixed", values=(0.1,))]
        rows += [Row("kernel", "fixed", values=("gaussian",))]
        rows += [Row("normalisation", "fixed", values=("none",))]
    prior = table_preset(rows, PRESETS["ml4sci_2020_secular"])
    challenge = create("2020", preset=prior.to_dict(), references=False, **SMALL)
    truth = truth_of(challenge.folder).values
    for column, target in zip(truth.T, challenge.targets, strict=True):
        assert target.low <= column.min()
        assert column.max() <= target.high
        assert target.high - target.low < 12 * column.std()
    table = pd.DataFrame(truth, columns=challenge.columns).assign(sample=challenge.samples)
    table[challenge.targets[0].name] = 1e6
    assert submit(challenge, table, Participant("p-1", "Zoe")).score > 0.05


def test_a_normal_distribution_has_its_linear_estimate_in_the_widths_of_the_metric(
    data, monkeypatch
):
    monkeypatch.setattr(references, "N_POINTS", 2)
    rows = [Row("alpha", "normal", mean=0.05, sd=0.01), Row("d", "uniform", 1, 5)]
    prior = table_preset(rows, PRESETS["ml4sci_2020_secular"])
    four, eight = (
        [Target("alpha", "α", "MHz", 0.05 - width / 2, 0.05 + width / 2)] for width in (0.04, 0.08)
    )
    narrow, wide = (linear_estimate(prior, t, "weighted_mse", silent)[0] for t in (four, eight))
    assert narrow == pytest.approx(4 * wide)
