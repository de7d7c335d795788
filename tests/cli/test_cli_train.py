"""``train``: scores, what is unidentifiable, and what is refused."""

import json
from contextlib import suppress

import pytest

import nmr_core as nmr
from nmr_core.cli.interrupt import interrupt
from nmr_core.glossary import score_text

RIDGE = ("--model", "ridge", "--featurizer", "polynomial", "--split", "0.3")


def test_the_json_is_the_run(cli, dataset):
    answer = cli(
        "train",
        "echoes-60",
        *RIDGE,
        "--targets",
        "alpha,xi",
        "--channels",
        "abs,re",
        "--window",
        "0:40",
        "--seed",
        3,
        "--title",
        "mine",
        "--json",
    )
    found = answer.json
    run = nmr.load_run(found["run"])
    assert answer.code == 0
    assert "xi cannot be identified from these echoes: ξ cancels" in answer.err
    assert (run.manifest.title, run.manifest.seed, run.targets) == ("mine", 3, ("alpha", "xi"))
    assert run.manifest.featurizer_options == {"channels": ["abs", "re"], "window": [0, 40]}
    assert (found["n_train"], found["n_test"]) == (42, 18)
    for name in run.targets:
        scores = {column: found["targets"][name][column] for column in run.scores}
        assert scores == pytest.approx(dict(run.scores.loc[name]))
    assert found["targets"]["alpha"]["unit"] == "MHz"
    assert found["targets"]["alpha"]["unidentifiable"] is None
    assert "ξ cancels" in found["targets"]["xi"]["unidentifiable"]
    error = found["weighted_error"]
    assert tuple(error["total"].values()) == pytest.approx(run.weighted_error())
    assert tuple(error["identifiable"].values()) == pytest.approx(
        run.weighted_error(identifiable_only=True)
    )
    assert error["identifiable"]["value"] < error["total"]["value"]


def test_the_table_has_scores_units_and_reasons(cli, dataset):
    answer = cli("train", dataset, *RIDGE)
    lines = answer.out.splitlines()
    run = nmr.load_run(lines[0].split()[1])
    row = next(line for line in lines if line.startswith("alpha"))
    scores = run.scores.loc["alpha"]
    assert score_text(scores["r2"], 0, True, scores["r2_low"], scores["r2_high"]) in row
    assert f"{scores['rmse']:.4g} MHz" in row
    assert f"{scores['baseline_mse_w2']:.5f}" in row
    for name, only in (("total", False), ("identifiable", True)):
        value, low, high = run.weighted_error(only)
        line = next(line for line in lines if line.startswith(f"weighted error, {name}"))
        assert line.endswith(f"{value:.4f} [{low:.4f}, {high:.4f}]")
    assert lines[-1].startswith(
        "xi cannot be identified: ξ cancels: the kernel is divided by its own sum"
    )


def test_options_reach_the_model(cli, dataset):
    answer = cli(
        "train",
        "echoes-60",
        "--option",
        "width_1=16",
        "--option",
        "width_2=8",
        "--option",
        "max_epochs=2",
        "--split",
        20,
        "--json",
    )
    run = nmr.load_run(answer.json["run"])
    assert run.manifest.model_options == {"width_1": 16, "width_2": 8, "max_epochs": 2}
    assert (run.manifest.model, run.manifest.featurizer, run.manifest.n_test) == ("mlp", "raw", 20)


def test_an_error_over_nothing_that_can_be_known_is_no_number(cli, dataset):
    assert cli("train", "echoes-60", *RIDGE, "--targets", "xi", "--json").json["weighted_error"][
        "identifiable"
    ] == {"value": None, "low": None, "high": None}
    assert "no target is identifiable" in cli("train", "echoes-60", *RIDGE, "--targets", "xi").out


def test_a_target_that_is_not_asked_for_is_not_talked_about(cli, dataset):
    answer = cli("train", "echoes-60", *RIDGE, "--targets", "alpha, p")
    assert "cannot be identified" not in answer.out + answer.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--model", "oracle"], "There is no model 'oracle'; there are mean"),
        (["--featurizer", "wavelet"], "There is no featurizer 'wavelet'; there are raw"),
        (["--option", "banana=1"], "The model mlp has no option 'banana'; it has width_1, width_2"),
        (["--model", "ridge", "--option", "width_1=9"], "The model ridge has no option 'width_1'"),
        (["--option", "width_1=0"], "width_1 must be in"),
        (["--option", "width_1=nan"], "width_1 must be in"),
        (["--option", "width_1=wide"], "width_1 must be a number"),
        (["--option", "width_1"], "NAME=VALUE"),
        (
            ["--model", "mean", "--option", "seed=3"],
            "The model mean has no option 'seed'; it has none.",
        ),
        (["--targets", "alpha,banana"], "no target 'banana'"),
        (["--targets", ""], "no target"),
        (["--targets", ","], "no target"),
        (["--targets", "re_0"], "no target 're_0'"),
        (["--split", "0"], "a split is"),
        (["--split", "1"], "A split needs at least 2 test and 10 training curves"),
        (["--split", "0.999"], "A split needs"),
        (["--split", "0.001"], "A split needs"),
        (["--split", "55"], "A split needs"),
        (["--split", "1e300"], "A split needs"),
        (["--split", "-0.5"], "a split is"),
        (["--split", "1.5"], "a split is"),
        (["--split", "nan"], "a split is"),
        (["--split", "inf"], "a split is"),
        (["--split", "half"], "a split is"),
        (["--seed", "4294967296"], "a seed is"),
        (["--seed", "nan"], "a seed is"),
        (["--window", "5"], "FIRST:LAST"),
        (["--window", "0:10:2"], "FIRST:LAST"),
        (["--window", "a:b"], "FIRST:LAST"),
        (["--window", "9:5"], "window must lie inside"),
        (["--window", "0:5000"], "window must lie inside"),
        (["--window=-5:9"], "window must lie inside"),
        (["--window", "0:20", "--featurizer", "polynomial"], "too few points"),
        (["--channels", "re,phase"], "channels must be some of re, im, abs"),
        (["--channels", ""], "channels must be some of re, im, abs"),
        (["--title", " "], "empty"),
    ],
)
def test_wrong_use_is_refused_and_leaves_no_run(refused, dataset, data_folder, arguments, sentence):
    assert sentence in refused(2, "train", "echoes-60", *arguments)
    assert not list(data_folder.glob("runs/*"))


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "..",
        ".",
        "../echoes-60",
        "/etc/passwd",
        "/",
        "datasets/echoes-60",
        "ECHOES-60",
        "echoes-60/../../../x",
        "no-such-set",
        "a\0b",
        "x" * 3000,
        "~",
        "..\\echoes-60",
    ],
)
def test_a_data_set_that_is_not_there_is_refused(refused, dataset, name):
    assert "data set" in (sentence := refused(2, "train", name)) or "An id has" in sentence


def test_a_half_written_data_set_is_a_failure_that_says_how_to_go_on(refused, dataset):
    manifest = json.loads((dataset / "manifest.json").read_text())
    (dataset / "manifest.json").write_text(json.dumps(manifest | {"complete": False, "parts": []}))
    assert "python -m nmr_core generate --resume echoes-60" in refused(1, "train", "echoes-60")


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-200] + bytes(200),
        lambda content: content[:1000],
        lambda content: b"",
        lambda content: None,
        lambda content: content[:3000] + bytes(300) + content[3300:],
    ],
)
def test_a_damaged_part_is_a_failure(refused, dataset, data_folder, damage):
    part = dataset / "part-00001.parquet"
    content = damage(part.read_bytes())
    part.unlink()
    if content is not None:
        part.write_bytes(content)
    assert part.name in refused(1, "train", "echoes-60", *RIDGE)
    assert not list(data_folder.glob("runs/*"))


def test_a_folder_of_runs_that_cannot_be_made_is_found_before_the_training(
    refused, dataset, data_folder, monkeypatch
):
    monkeypatch.setattr("nmr_core.learning.train", lambda *_, **__: pytest.fail("it was trained"))
    (data_folder / "runs").touch()
    assert "could not be written" in refused(1, "train", "echoes-60", *RIDGE)


def test_an_interrupt_that_the_network_swallows_stops_the_training(
    refused, dataset, data_folder, monkeypatch
):
    from nmr_core.models.dense import DenseNetwork

    update, steps = DenseNetwork.update, []

    def swallowing(self, X, y, rate):
        steps.append(self)
        with suppress(KeyboardInterrupt):
            interrupt(2, None)
        return update(self, X, y, rate)

    monkeypatch.setattr(interrupt, "came", None)
    monkeypatch.setattr(DenseNetwork, "update", swallowing)
    assert "Interrupted; no run was saved." in refused(1, "train", "echoes-60", "--split", "0.3")
    assert len(steps) <= 5  # those of the first epoch: 76 rows
    assert not list(data_folder.glob("runs/*"))


def test_a_recipe_fills_what_is_not_given(cli, dataset):
    found = cli(
        "train",
        "echoes-60",
        "--recipe",
        "quick",
        "--option",
        "n_estimators=10",
        "--split",
        15,
        "--json",
    ).json
    run = nmr.load_run(found["run"])
    assert (run.manifest.recipe, run.manifest.featurizer, run.manifest.model) == (
        "quick",
        "polynomial",
        "extra_trees",
    )
    assert run.manifest.model_options == {"n_estimators": 10}
    other = cli(
        "train", "echoes-60", "--recipe", "quick", "--model", "mean", "--split", 15, "--json"
    ).json
    assert (other["featurizer"], other["model"]) == ("polynomial", "mean")


def test_symmetries_can_be_left_out(cli, dataset):
    with_, without = (
        cli("train", "echoes-60", *RIDGE, *more, "--json").json
        for more in ([], ["--no-symmetries"])
    )
    assert (with_["symmetries"], without["symmetries"]) == (["mirror_re"], [])
    assert "mirror_re: 42 mirrored copies" in cli("train", "echoes-60", *RIDGE, "--symmetries").out


def test_fresh_curves_are_counted(cli, dataset):
    answer = cli(
        "train",
        "echoes-60",
        "--fresh",
        20,
        "--split",
        15,
        "--option",
        "max_epochs=2",
        "--option",
        "width_1=8",
    )
    assert "20, simulated for this training" in answer.out


FRESH = ("train", "echoes-60", "--fresh", 30, "--split", 15, "--option", "max_epochs=4")


@pytest.mark.parametrize("more", [(), ("--restart",)])
def test_the_same_command_continues_an_interrupted_training(
    cli, refused, dataset, data_folder, monkeypatch, more
):
    """Ctrl-C in the second epoch: the features are not computed again, unless that is wanted."""
    from nmr_core.learning import fresh

    def interrupted(self, done, total, message=""):
        if message.startswith("epoch 2"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("nmr_core.cli.train.Ticker.__call__", interrupted)
        assert "with fresh curves or batches it continues" in refused(1, *FRESH)
    (folder,) = (data_folder / "trainings").glob("tr-*")
    begun = {path: path.stat().st_mtime_ns for path in folder.glob("features/part-*")}
    assert len(begun) == 4

    ready, fill = [], fresh.Source.fill

    def watched(self, store, progress):
        fill(self, store, progress)
        ready.append({path: path.stat().st_mtime_ns for path in begun})

    monkeypatch.setattr(fresh.Source, "fill", watched)
    assert "30, simulated for this training" in cli(*FRESH, *more).out
    assert (ready == [begun]) == (not more)
    assert not list((data_folder / "trainings").iterdir())


def test_features_are_kept_on_request(cli, dataset, data_folder):
    assert cli(*FRESH, "--keep-features").code == 0
    (folder,) = (data_folder / "features").iterdir()
    assert len(list(folder.glob("part-*.npy"))) == 2


def test_options_reach_the_features(cli, dataset):
    found = cli(
        "train",
        "echoes-60",
        "--model",
        "mean",
        "--featurizer",
        "window",
        "--feature-option",
        "width=9",
        "--channels",
        "abs",
        "--split",
        15,
        "--json",
    ).json
    assert nmr.load_run(found["run"]).manifest.featurizer_options == {
        "width": 9,
        "channels": ["abs"],
    }


@pytest.fixture
def kernels(cli, dataset, small):
    """Two kernels, joined: 80 samples."""
    for kernel, seed in (("gaussian", 1), ("constant", 2)):
        assert (
            cli(
                "generate",
                "--preset",
                "ml4sci_2020_secular",
                "--set",
                f"kernel={kernel}",
                "-n",
                40,
                "--seed",
                seed,
                "--jobs",
                1,
                *small,
                "--out",
                dataset.with_name(kernel),
            ).code
            == 0
        )
    return cli("data", "join", "gaussian", "constant", "--title", "Two", "--json").json


def test_joined_data_sets_say_what_they_hold(cli, kernels):
    assert kernels["n_samples"] == 80
    assert kernels["title"] == "Two"
    assert {"kernel", "alpha", "W"} <= set(kernels["columns"])
    assert nmr.load_dataset(kernels["id"]).manifest.source == kernels["source"]
    assert "80" in cli("data", "join", "gaussian", "constant").out


def test_classes_have_f1_their_baseline_and_an_interval(cli, kernels):
    arguments = (
        "train",
        kernels["id"],
        "--targets",
        "kernel",
        "--model",
        "extra_trees",
        "--option",
        "n_estimators=10",
        "--split",
        0.25,
    )
    found = cli(*arguments, "--json").json
    run = nmr.load_run(found["run"])
    assert found["task"] == "classification"
    assert tuple(found["f1_weighted"].values()) == pytest.approx(
        (*run.f1_weighted(), run.baseline_f1)
    )
    assert found["classes"]["gaussian"]["support"] == 10
    answer = cli(*arguments)
    lines = answer.out.splitlines()
    value, low, high = run.f1_weighted()
    assert any(
        line.startswith("weighted F1") and line.endswith(f"{value:.4f} [{low:.4f}, {high:.4f}]")
        for line in lines
    )
    assert any(
        line.endswith(f"{run.baseline_f1:.4f}") for line in lines if line.startswith("its baseline")
    )
    row = next(line for line in lines if line.startswith("gaussian")).split()
    assert row[1] == f"{run.scores.loc['gaussian', 'f1']:.4f}"


def test_the_help_lists_models_by_family_and_what_they_need(cli):
    text = cli("train", "--help").out
    for part in (
        "models (--model), trees:",
        "models (--model), deep:",
        "recipes (--recipe):",
        "spin-echo-lab[deep]",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--recipe", "miracle"], "There is no recipe 'miracle'; there are quick"),
        (
            ["--recipe", "knn_2021"],
            "The recipe knn_2021 is for classes, but the values of alpha are numbers",
        ),
        (["--model", "ridge", "--fresh", "10"], "cannot be trained on fresh ones"),
        (["--fresh", "-3"], "fresh must be a whole number"),
        (["--fresh", "many"], "it takes a whole number"),
        (["--feature-option", "bins=3"], "has no option 'bins'"),
        (["--targets", "alpha,alpha", "--model", "oracle"], "There is no model 'oracle'"),
    ],
)
def test_more_wrong_use_is_refused(refused, dataset, arguments, sentence):
    assert sentence in refused(2, "train", "echoes-60", *arguments)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["echoes-60"], "at least two data sets, got 1"),
        (["echoes-60", "echoes-60"], "is there twice"),
        (["echoes-60", "example-ml4sci-2020"], "Only data sets on the same time points"),
        (["echoes-60", "nothing"], "There is no data set"),
    ],
)
def test_what_cannot_be_joined_is_refused(refused, dataset, names, sentence):
    assert sentence in refused(2, "data", "join", *names)


def test_what_an_interrupted_training_has_stored(cli, refused, dataset, data_folder, monkeypatch):
    """It is listed, deleted, restored and continued by its id."""

    def interrupted(self, done, total, message=""):
        if message.startswith("epoch 2"):
            raise KeyboardInterrupt

    assert "no unfinished trainings" in cli("trainings").err
    with monkeypatch.context() as patch:
        patch.setattr("nmr_core.cli.train.Ticker.__call__", interrupted)
        refused(1, *FRESH)
    (line,) = cli("trainings", "--json").json
    assert (line["kind"], line["dataset"]) == ("training", "echoes-60")
    assert cli("list", "--json").json["trainings"] == [line]
    assert f"trainings continue {line['id']}" in cli("list").out
    assert "trash --restore training" in cli("trainings", "delete", line["id"]).out
    assert cli("trainings", "--json").json == []
    assert "There is no unfinished training" in refused(2, "trainings", "continue", line["id"])
    assert cli("trash", "--restore", "training", line["id"]).code == 0
    assert cli("trainings", "continue", line["id"], "--json").json["fresh"] == 30
    assert cli("trainings", "--json").json == []
