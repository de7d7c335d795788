"""Leaderboards, differences, published scores, the submission: against numbers by hand."""

import shlex
from types import SimpleNamespace

import numpy as np
import pytest
from made_runs import CLASSES, classifier, regression

from nmr_core.cli.parser import parser
from nmr_core.errors import InputError
from nmr_core.evaluation import compare, compare_classes
from nmr_core.evaluation.compare import differences, score_rows, standings
from nmr_core.evaluation.published import METRICS, PUBLISHED, comparable, family_of, published
from nmr_core.evaluation.regimes import error_by, error_map, quantile_edges
from nmr_core.evaluation.reproduce import command_of, python_of
from nmr_core.evaluation.submission import submission, submission_problem
from nmr_core.models import MODELS
from nmr_core.presets import PRESETS


def test_the_leaderboard_by_hand():
    (row,) = compare([regression()]).to_dict("records")
    assert row["error"] == row["error_total"] == pytest.approx(0.1**2)
    assert row["baseline"] == pytest.approx(2 * (0.25 + 0.25) / 4)
    assert row["rmse_alpha"] == pytest.approx(0.02)
    assert row["rmse_percent_alpha"] == pytest.approx(10)
    assert row["mse_w2_alpha"] == pytest.approx(0.01)
    assert row["skill_alpha"] == pytest.approx(1 - 0.01 / 0.125)
    assert row["r2_alpha"] == pytest.approx(1 - 0.0004 / 0.005)
    assert (row["r2_xi"], row["skill_xi"]) == (1.0, 1.0)
    assert (row["seconds"], row["predict_seconds"], row["model_bytes"]) == (1.5, 0.25, 2_000_000)


def test_what_is_not_known_of_an_old_run_is_nan_and_no_zero():
    (row,) = compare([regression(predict_seconds=0.0, model_bytes=0)]).to_dict("records")
    assert np.isnan(row["predict_seconds"])
    assert np.isnan(row["model_bytes"])


def test_fresh_curves_were_learned_too():
    assert compare([regression(fresh=1000)])["n_train"].tolist() == [1040]


def test_what_cannot_be_known_is_left_out_of_the_error_only():
    (row,) = compare([regression(unidentifiable={"alpha": "It cancels."})]).to_dict("records")
    assert (row["error"], row["error_total"]) == (0.0, pytest.approx(0.01))
    assert row["baseline_known"] == pytest.approx(0.125)


def test_classifiers_have_a_leaderboard_of_their_own():
    runs = [regression(), classifier("run-b", wrong=6), classifier("run-a", wrong=0)]
    assert list(compare(runs)["run"]) == ["run-numbers"]
    table = compare_classes(runs)
    assert list(table["run"]) == ["run-a", "run-b"]
    best, other = table.to_dict("records")
    assert best["f1"] == best["accuracy"] == 1.0
    assert other["accuracy"] == pytest.approx(54 / 60)
    assert other["f1_gaussian"] == pytest.approx(2 * 14 / (2 * 14 + 6))
    assert other["f1_power_law"] == pytest.approx(2 * 20 / (2 * 20 + 6))
    assert other["f1"] == pytest.approx(np.mean([28 / 34, 40 / 46, 1.0]))
    assert other["f1_low"] < other["f1"] < other["f1_high"]
    assert other["baseline"] == pytest.approx((2 * 20 / (20 + 60)) / 3), "always the first class"


def test_no_runs_are_no_rows():
    assert len(compare([])) == len(compare_classes([])) == len(score_rows([])) == 0
    assert compare([classifier()]).empty


@pytest.mark.parametrize(
    ("metric", "target", "value", "baseline"),
    [
        ("error", "", 0.01, 0.25),
        ("error_total", "", 0.01, 0.25),
        ("r2", "alpha", 0.92, 0.0),
        ("mse_w2", "alpha", 0.01, 0.125),
    ],
)
def test_standings_by_hand(metric, target, value, baseline):
    (row,) = standings([regression(), classifier()], metric, target).to_dict("records")
    assert row["run"] == "run-numbers"
    assert (row["value"], row["baseline"]) == (pytest.approx(value), pytest.approx(baseline))


def test_standings_put_the_best_first():
    worse = regression("run-worse")
    worse.predictions["predicted_alpha"] += 0.01
    for metric, target in (("error", ""), ("r2", "alpha"), ("mse_w2", "alpha")):
        assert list(standings([worse, regression()], metric, target)["run"]) == [
            "run-numbers",
            "run-worse",
        ]
    kernels = [classifier("run-b"), classifier("run-a", wrong=0)]
    assert list(standings(kernels, "f1_weighted")["run"]) == ["run-a", "run-b"]


def test_a_run_without_the_target_has_no_standing():
    assert standings([regression()], "r2", "p").empty


def test_all_scores_a_row_each():
    rows = score_rows([regression(), classifier()])
    assert list(rows["run"]) == ["run-numbers"] * 2 + ["run-classes"] * 3
    assert list(rows["class"].dropna()) == CLASSES


def test_two_runs_differ_in_what_somebody_chose():
    a = regression(model_options={"width": 3})
    b = regression(
        "run-b",
        model="mlp",
        model_options={"depth": 2},
        seed=4,
        seconds=99.0,
        title="Another",
        created="2020",
    )
    table = differences(a, b)
    assert table[["label", "first", "second"]].to_numpy().tolist() == [
        ["model", "Ridge", "Neural network"],
        ["seed", "3", "4"],
        ["model: width", "3", "–"],
        ["model: depth", "–", "2"],
    ]
    assert table["entry"].tolist()[0] == "model"
    assert differences(a, a).empty
    assert differences(regression(), regression("run-twin")).empty
    one = regression(model="mlp", model_options={"width_1": 7})
    (row,) = differences(one, regression(model="mlp")).to_dict("records")
    default = MODELS["mlp"].parameters["width_1"].default
    assert (row["first"], row["second"]) == ("7", f"{default:.6g}")
    settings = [{"angle_1": 90.0}, {"angle_1": 45.0}]
    table = differences(regression(settings=settings), regression(settings=[settings[0]] * 2))
    assert table["entry"].tolist() == ["settings.1.angle_1"]


def test_published_results_are_sane():
    names = {(p.family, p.who, p.metric, p.target) for p in PUBLISHED}
    assert len(names) == len(PUBLISHED), "nothing is listed twice"
    for p in PUBLISHED:
        found = [name for name in PRESETS if name == p.family or name.startswith(p.family + "_")]
        assert found, p
        assert p.metric in METRICS
        assert 0 < p.value < 1
        assert p.source
        assert p.honest or p.remark, "who is accused is told of what"
        assert bool(p.target) == (p.metric in ("r2", "mse_w2")), p


def test_the_numbers_of_the_physics_document():
    best = published("ml4sci_2020_secular", "error")[0]
    assert (best.value, best.n_curves) == (0.0331, 8000)
    assert [p.value for p in published("ml4sci_2020_secular", "error_total")][:2] == [
        0.1265,
        0.1297,
    ]
    assert max(p.value for p in published("gsoc_2021_weak", "f1_weighted")) == 0.98
    assert published("gsoc_2021_weak_gaussian", "r2", "alpha_x")[0].value == 0.970
    strong = {p.value: p.honest for p in published("gsoc_2021_strong", "f1_weighted")}
    assert strong == {0.733: True, 0.88: False}
    parts = sum(
        p.value
        for p in PUBLISHED
        if p.who.startswith("VisEcho") and p.metric == "mse_w2" and p.target != "xi"
    )
    assert parts == pytest.approx(best.value, abs=1e-4)


def test_what_is_published_elsewhere_is_not_drawn():
    assert published("cuda_2023", "error") == []
    assert published("", "error") == []
    assert published("gsoc_2021_weakest", "r2", "alpha_x") == []


def four(id: str, **changes):
    """A run with all targets of the challenge."""
    spec = {"label": "x", "symbol": "x", "unit": "", "low": 0.0, "high": 1.0}
    return regression(id, targets=dict.fromkeys(("alpha", "xi", "p", "d"), spec), **changes)


def test_published_totals_need_the_same_parameters_and_one_family():
    assert comparable([four("run-a"), four("run-b")], "error")
    assert comparable([four("run-a"), regression()], "error") == []
    assert comparable([four("run-a"), four("run-b", preset="lab")], "error") == []
    assert comparable([regression(preset="gsoc_2021_weak_rkky")], "r2", "alpha_x")


def test_a_joined_data_set_is_recognised_by_what_it_says(data_folder):
    weak = classifier(dataset_title="gsoc_2021_weak, three kernels")
    assert family_of(weak) == "gsoc_2021_weak"
    assert {p.who.split(",")[0] for p in comparable([weak], "f1_weighted")} >= {
        "ExtraTrees",
        "random forest",
    }
    assert family_of(classifier()) == ""
    two = classifier(dataset_title="gsoc_2021_strong", classes=CLASSES[:2])
    assert {p.value for p in comparable([two], "f1_weighted")} == {0.733, 0.88}
    assert comparable([classifier(dataset_title="gsoc_2021_strong")], "f1_weighted") == []


def test_the_error_by_range_by_hand():
    values, residual = np.arange(8.0), np.array([1, 1, 1, 1, 3, 3, 3, 3.0])
    table = error_by(values, residual, np.full(8, 5.0), n_bins=2)
    assert table[["n", "rmse", "rmse_low", "rmse_high", "baseline"]].to_numpy().tolist() == [
        [4, 1, 1, 1, 5],
        [4, 3, 3, 3, 5],
    ]
    assert (table["low"].iloc[0], table["high"].iloc[1]) == (0, 7)


def test_every_curve_is_in_one_range():
    values = np.random.default_rng(0).exponential(size=1001)
    assert error_by(values, values, values, n_bins=7)["n"].sum() == 1001
    x, y, rmse, n = error_map(values, values[::-1], values, 5)
    assert n.sum() == 1001
    assert n.shape == rmse.shape == (len(y) - 1, len(x) - 1)


@pytest.mark.parametrize("values", [np.zeros(10), np.array([0.0] * 9 + [1.0])])
def test_equal_values_stay_together(values):
    assert len(error_by(values, np.ones(10), np.ones(10))) == 1
    assert len(quantile_edges(values, 8)) == 2


def test_the_map_of_the_error_by_hand():
    x, y = np.repeat([0.0, 1.0], 8), np.tile(np.repeat([0.0, 1.0], 4), 2)
    *_, rmse, n = error_map(x, y, x + 10 * y, n_bins=2)
    assert n.tolist() == [[4, 4], [4, 4]]
    assert rmse.tolist() == [[0, 1], [10, 11]], "rows are y, columns are x"


def test_the_submission_is_sorted_by_curve_and_has_the_columns_of_mat_info():
    run = four("run-a")
    for k, name in enumerate(("d", "p", "xi", "alpha")):
        run.predictions[f"true_{name}"] = run.predictions[f"predicted_{name}"] = (
            run.predictions["sample"] + 0.1 * k
        )
    read = np.array([line.split("\t") for line in submission(run).splitlines()], float)
    assert np.allclose(read[:, 3], [0, 2, 5, 9]), "ascending sample numbers; d is the last column"
    assert np.allclose(read[:, 0] - read[:, 3], 0.3), "alpha is the first"
    assert submission(run).endswith("\n")


@pytest.mark.parametrize(
    ("run", "word"),
    [
        (regression(), "does not predict p, d"),
        (classifier(), "no preset"),
        (four("run-a", preset="lab"), "but of lab"),
    ],
)
def test_what_cannot_be_handed_in_says_why(run, word):
    assert word in submission_problem(run)
    with pytest.raises(InputError, match="submitted_mat_info"):
        submission(run)


def test_the_lines_that_train_it_again():
    run = regression(
        featurizer_options={"channels": ["re"], "window": [3, 40], "order": 2},
        model_options={"a": 1},
        split=0.25,
    )
    words = shlex.split(command_of(run))
    args = parser().parse_args(words[3:])
    assert (args.dataset, args.targets, args.channels, args.window) == (
        "ds-hand",
        ["alpha", "xi"],
        ["re"],
        (3, 40),
    )
    assert (args.symmetries, args.seed, args.split, dict(args.option)) == (False, 3, 0.25, {"a": 1})
    assert words[:5] == ["python", "-m", "nmr_core", "train", "ds-hand"]
    for flag, value in (
        ("--targets", "alpha,xi"),
        ("--channels", "re"),
        ("--window", "3:40"),
        ("--option", "a=1"),
        ("--split", "0.25"),
        ("--seed", "3"),
        ("--model", "ridge"),
        ("--featurizer", "raw"),
    ):
        assert words[words.index(flag) + 1] == value
    called = {}
    nmr = SimpleNamespace(train=lambda dataset, **given: called.update(given), load_dataset=str)
    exec(python_of(run), {"nmr": nmr})
    assert called["targets"] == ["alpha", "xi"]
    assert called["featurizer_options"]["window"] == [3, 40]
    assert (called["seed"], called["split"], called["symmetries"]) == (3, 0.25, False)
