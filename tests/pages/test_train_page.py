"""The Train page: a choice becomes exactly that job, and the job ends with a run."""

import ast
import json
import shlex
import shutil
from dataclasses import replace

import numpy as np
import pytest

from nmr_core.cli.parser import parser
from nmr_core.datasets import load_dataset
from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.store import store_dataset
from nmr_core.extras import EXTRAS, is_installed
from nmr_core.features import FEATURIZERS
from nmr_core.jobs import api, processes
from nmr_core.jobs.handlers import handler
from nmr_core.jobs.live_data import LiveFile
from nmr_core.jobs.store import JobStore
from nmr_core.learning.train import train_job
from nmr_core.models import MODELS, RECIPES
from nmr_core.presets import recipe
from nmr_core.progress import silent
from nmr_core.storage.workspace import checked_id
from ui.shared import extras
from ui.train.begin import command, python


@pytest.fixture
def kernels(own):
    """A data folder with ds-kernels, whose text column "kernel" takes two values."""
    opened = load_dataset("ds-own")
    table = opened.parameters.assign(
        kernel=np.where(np.arange(len(opened)) % 3 == 0, "gaussian", "power_law")
    )
    manifest = replace(
        opened.manifest,
        id="ds-kernels",
        preset=recipe(settings=opened.manifest.settings),
        seed=0,
        source="made for a test",
        complete=False,
    )
    store_dataset(EchoDataset(manifest, None, opened.signals, table), "ds-kernels")
    return own


def _own_way(app, models, task="regression", featurizers=None):
    app.segmented_control(key="effort").set_value("own").run()
    if featurizers:
        app.multiselect(key="featurizers").set_value(featurizers)
    app.multiselect(key=f"models-{task}").set_value(models).run()
    assert not app.exception
    return app


def _keys(app, kind: str) -> list[str]:
    return [element.key for element in app.get(kind)]


def test_first_sight_is_data_targets_effort_and_start(own, open_page):
    app = open_page("train", dataset="ds-own")
    assert app.segmented_control(key="effort").value == "quick"
    assert not app.button(key="train").disabled
    assert _keys(app, "multiselect") == ["join"], (
        "models and features wait until they are asked for"
    )
    assert {"alpha", "xi", "p", "d"} == set(app.pills(key="targets-ds-own").value)
    assert "ωp omega\\_p" in app.pills(key="targets-ds-own").options, (
        "derived values can be targets"
    )


@pytest.mark.parametrize("effort", ["quick", "standard", "thorough"])
def test_each_effort_is_queued_by_name(own, open_page, effort):
    app = open_page("train", dataset="ds-own", effort=effort)
    app.slider(key="share").set_value(25).run()
    app.button(key="train").click().run()
    assert not app.exception
    (job,) = api.list_jobs()
    assert (job.kind, job.title) == ("train", RECIPES[effort].label)
    assert checked_id(job.params.pop("run")).startswith("run-")
    assert job.params == {
        "dataset": "ds-own",
        "targets": ["alpha", "xi", "p", "d"],
        "recipe": effort,
        "split": 0.25,
        "seed": 0,
    }


def test_an_effort_ends_with_a_run_that_compare_shows(own, open_page):
    app = open_page("train", dataset="ds-own", effort="quick")
    app.pills(key="targets-ds-own").set_value(["alpha", "d"]).run()
    app.slider(key="share").set_value(25).run()
    app.button(key="train").click().run()
    train_job(api.list_jobs()[0].params, silent)
    made = api.list_jobs()[0].params["run"]
    assert made in open_page("compare", runs=made).session_state["runs"]


def test_a_published_recipe_says_whose_it_is_and_is_queued(own, open_page):
    app = open_page("train", dataset="ds-own", effort="published")
    app.selectbox(key="recipe-regression").select("winners_2020").run()
    assert any(RECIPES["winners_2020"].source in text.value for text in app.caption)
    app.button(key="train").click().run()
    (job,) = api.list_jobs()
    assert job.params["recipe"] == "winners_2020"


def test_own_choice_queues_one_job_a_model_with_what_was_changed(own, open_page):
    app = open_page("train", dataset="ds-own")
    app.pills(key="targets-ds-own").set_value(["alpha", "d"])
    app.slider(key="share").set_value(25)
    app.number_input(key="train-seed").set_value(5).run()
    _own_way(app, ["mean", "random_forest"], featurizers=["polynomial"])
    app.number_input(key="random_forest-n_estimators").set_value(20)
    app.number_input(key="polynomial-order").set_value(2).run()
    app.button(key="train").click().run()
    assert not app.exception
    jobs = {job.params["model"]: job for job in api.list_jobs()}
    assert set(jobs) == {"mean", "random_forest"}
    assert len({checked_id(job.params.pop("run")) for job in jobs.values()}) == 2
    common = {
        "dataset": "ds-own",
        "targets": ["alpha", "d"],
        "featurizer": "polynomial",
        "featurizer_options": {"order": 2},
        "split": 0.25,
        "seed": 5,
    }
    assert jobs["mean"].params == common | {"model": "mean"}
    assert jobs["random_forest"].params == common | {
        "model": "random_forest",
        "model_options": {"n_estimators": 20},
    }
    assert (
        jobs["mean"].title == f"{MODELS['mean'].label} on {FEATURIZERS['polynomial'].label.lower()}"
    )


def test_several_features_are_a_stack_with_prefixed_options(own, open_page):
    app = _own_way(
        open_page("train", dataset="ds-own"), ["ridge"], featurizers=["polynomial", "echo_shape"]
    )
    app.number_input(key="polynomial+echo_shape-polynomial.order").set_value(1).run()
    app.button(key="train").click().run()
    params = api.list_jobs()[0].params
    assert params["featurizer"] == "polynomial+echo_shape"
    assert params["featurizer_options"] == {"polynomial.order": 1}
    assert train_job(params | {"split": 0.25}, silent)["run"] == params["run"]


def test_every_option_of_every_model_and_featurizer_has_a_widget(own, open_page):
    app = open_page("train", dataset="ds-own")
    known = [
        name
        for name, entry in MODELS.items()
        if is_installed(entry.requires) and "regression" in entry.tasks
    ]
    for start in range(0, len(known), 5):
        _own_way(app, known[start : start + 5])
    for name in FEATURIZERS:
        if is_installed(FEATURIZERS[name].requires):
            _own_way(app, ["mean"], featurizers=[name])
    assert not app.button(key="train").disabled


def test_a_switch_and_a_choice_among_options(own, open_page):
    app = _own_way(open_page("train", dataset="ds-own"), ["knn"], featurizers=["window"])
    app.selectbox(key="knn-weights").select("uniform")
    app.toggle(key="window-rescale").set_value(True).run()
    app.button(key="train").click().run()
    params = api.list_jobs()[0].params
    assert params["model_options"] == {"weights": "uniform"}
    assert params["featurizer_options"] == {"rescale": 1}


def test_a_window_in_microseconds_becomes_points(own, open_page):
    app = _own_way(open_page("train", dataset="ds-own"), ["ridge"])
    time = load_dataset("ds-own").time
    app.slider(key="window-ds-own").set_value((float(time[9]) - 0.01, float(time[30]) + 0.01)).run()
    app.button(key="train").click().run()
    assert api.list_jobs()[0].params["featurizer_options"] == {"window": [9, 31]}


@pytest.mark.parametrize("key", ["models-regression", "featurizers", "targets-ds-own", "channels"])
def test_nothing_chosen_cannot_be_trained(own, open_page, key):
    app = _own_way(open_page("train", dataset="ds-own"), ["ridge"])
    assert not app.button(key="train").disabled
    kind = app.multiselect if key in ("models-regression", "featurizers") else app.pills
    kind(key=key).set_value([]).run()
    assert not app.exception
    assert app.button(key="train").disabled
    assert "Choose at least one parameter, one kind of features and one model." in [
        text.value for text in app.caption
    ]


def test_train_says_what_cannot_be_learned_only_while_it_is_chosen(own, open_page):
    app = open_page("train", dataset="ds-own")
    assert [info.value for info in app.info if "ξ cancels" in info.value]
    app.pills(key="targets-ds-own").set_value(["alpha"]).run()
    assert not app.info


def test_a_class_excludes_the_others_with_a_word(kernels, open_page):
    app = open_page("train", dataset="ds-kernels")
    assert app.pills(key="targets-ds-kernels").value == ["kernel"], (
        "what is not numeric and joined is what one wants to learn"
    )
    app.pills(key="targets-ds-kernels").set_value(["kernel", "alpha"]).run()
    assert app.pills(key="targets-ds-kernels").value == ["alpha"]
    assert any("either one class or numbers" in text.value for text in app.caption)
    app.pills(key="targets-ds-kernels").set_value(["alpha", "d"]).run()
    assert not any("either one class or numbers" in text.value for text in app.caption)
    app.pills(key="targets-ds-kernels").set_value(["alpha", "d", "kernel"]).run()
    assert app.pills(key="targets-ds-kernels").value == ["kernel"]


def test_classes_are_offered_the_models_and_recipes_for_classes(kernels, open_page):
    app = open_page("train", dataset="ds-kernels", effort="published")
    offered = app.selectbox(key="recipe-classification").options
    assert RECIPES["knn_2021"].label in offered
    assert RECIPES["winners_2020"].label not in offered
    _own_way(app, ["knn"], "classification", featurizers=["polynomial"])
    assert not [
        o
        for o in app.multiselect(key="models-classification").options
        if MODELS["ridge"].label in o
    ]
    app.slider(key="share").set_value(25).run()
    app.button(key="train").click().run()
    (job,) = api.list_jobs()
    assert job.params["targets"] == ["kernel"]
    train_job(job.params, silent)
    assert not open_page("train", dataset="ds-kernels").exception


def test_mirror_images_are_offered_where_the_preset_has_them(kernels, open_page):
    app = open_page("train", dataset="ds-own", effort="standard")
    toggle = app.toggle(key="symmetries-standard")
    assert toggle.value
    assert "Re M → -Re M" in toggle.label
    app.button(key="train").click().run()
    assert "symmetries" not in api.list_jobs()[0].params, "as the recipe says"
    app.toggle(key="symmetries-standard").set_value(False).run()
    app.button(key="train").click().run()
    assert api.list_jobs()[0].params["symmetries"] is False
    app.segmented_control(key="effort").set_value("quick").run()
    assert not app.toggle(key="symmetries-quick").value
    assert not open_page("train", dataset="ds-kernels", effort="standard").toggle


def test_fresh_curves_are_for_models_that_learn_from_batches(kernels, open_page):
    app = _own_way(open_page("train", dataset="ds-own"), ["ridge", "mlp"])
    app.number_input(key="fresh").set_value(2000).run()
    app.button(key="train").click().run()
    assert {job.params["model"]: job.params.get("fresh") for job in api.list_jobs()} == {
        "ridge": None,
        "mlp": 2000,
    }
    app.multiselect(key="models-regression").set_value(["ridge"]).run()
    assert "fresh" not in _keys(app, "number_input")
    assert "fresh" not in _keys(
        open_page("train", dataset="ds-kernels", effort="standard"), "number_input"
    )


def test_sanity_checks_are_a_study_of_the_same_recipe(own, open_page):
    app = open_page("train", dataset="ds-own", effort="quick")
    app.checkbox(key="sanity").check().run()
    app.button(key="train").click().run()
    jobs = {job.kind: job.params for job in api.list_jobs()}
    assert set(jobs) == {"train", "study"}
    assert checked_id(jobs["study"].pop("study")).startswith("st-")
    assert jobs["study"].pop("kind") == "sanity"
    jobs["train"].pop("run")
    assert jobs["study"] == jobs["train"]


def test_too_many_at_once_are_refused_with_a_sentence(own, open_page):
    app = _own_way(open_page("train", dataset="ds-own"), ["mean", "ridge", "linear", "pls", "knn"])
    app.checkbox(key="sanity").check().run()
    app.button(key="train").click().run()
    assert not app.exception
    assert any("5 jobs are already waiting" in error.value for error in app.error)
    assert len(api.list_jobs()) == api.QUEUE_LIMIT


def test_data_sets_are_joined_by_a_job(kernels, open_page):
    shutil.copytree(kernels / "datasets" / "ds-own", kernels / "datasets" / "ds-other")
    path = kernels / "datasets" / "ds-other" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"id": "ds-other", "seed": 2}))
    app = open_page("train", dataset="ds-own")
    assert app.button(key="join-start").disabled
    app.multiselect(key="join").set_value(["ds-own", "example-ml4sci-2020"]).run()
    assert app.button(key="join-start").disabled
    assert any("They differ in points" in text.value for text in app.caption)
    app.multiselect(key="join").set_value(["ds-own", "ds-other"]).run()
    app.button(key="join-start").click().run()
    (job,) = api.list_jobs()
    assert handler(job.kind)(job.params, silent)["dataset"] == job.params["dataset"]
    assert len(load_dataset(job.params["dataset"])) == 120
    app = open_page("train", dataset=job.params["dataset"])
    assert not app.exception
    assert app.selectbox(key="dataset").value == job.params["dataset"]


def _finished(folder, params: dict, published: dict, status: str | None = "done"):
    """A train job as its worker leaves it (or still running), with what it published."""
    store = JobStore(folder)
    job = api.submit("train", params, title="A training")
    store.claim(processes.HOST)
    if status:
        store.finish(job.id, status)
    show = LiveFile(store.live_path(job.id))
    for name, value in published.items():
        show(name, value)
    show.flush()
    return job


CURVE = [[0.5 / k, 1.1 / k] for k in range(1, 30)]


@pytest.mark.parametrize("status", ["done", None])
def test_the_card_of_a_network_shows_its_curve(own, open_page, status):
    _finished(own, {"dataset": "ds-own", "run": "run-x", "model": "mlp"}, {"curve": CURVE}, status)
    app = open_page("train", dataset="ds-own")
    assert not app.exception
    (figure,) = app.get("plotly_chart")
    drawn = json.loads(figure.proto.spec)
    assert drawn["layout"]["yaxis"]["type"] == "log"
    note = drawn["layout"]["annotations"][1]["text"]
    assert note.startswith("best epoch" if status else "best so far")
    assert bool(
        [link for link in app.get("page_link") if "run-x" in link.proto.query_string]
    ) == bool(status)


@pytest.mark.parametrize(
    "published",
    [
        {},
        {"curve": []},
        {"curve": "x"},
        {"curve": [[1]]},
        {"curve": [[1, None]]},
        {"curve": {"a": 1}},
        {"_lengths": 3, "curve": [["a", "b"]]},
    ],
)
def test_a_card_without_a_sensible_curve_is_a_card(own, open_page, published):
    _finished(own, {"dataset": "ds-own", "run": "run-x", "model": "ridge"}, published)
    app = open_page("train", dataset="ds-own")
    assert not app.exception
    assert not app.get("plotly_chart")
    assert any("A training" in text.value for text in app.markdown)


@pytest.mark.parametrize("extra", ["deep", "minirocket"])
def test_a_missing_extra_is_said_and_not_offered(own, open_page, monkeypatch, extra):
    monkeypatch.setattr(extras, "is_installed", lambda name: name != extra)
    app = _own_way(open_page("train", dataset="ds-own"), ["ridge"])
    assert any(f'pip install "spin-echo-lab[{extra}]"' in text.value for text in app.caption)
    offered = (
        app.multiselect(key="models-regression").options
        + app.multiselect(key="featurizers").options
    )
    for registry in (MODELS, FEATURIZERS):
        missing = [entry.label for entry in registry.values() if entry.requires == extra]
        assert not [label for label in missing for option in offered if option.endswith(label)]


def test_extras_name_what_setup_knows(repository):
    text = (repository / "pyproject.toml").read_text()
    for extra in EXTRAS:
        assert f"\n{extra} = [" in text


@pytest.mark.parametrize("value", ["", "../../etc/passwd", "<script>", "own'--", "x" * 3000])
def test_nonsense_links(own, open_page, value):
    assert not open_page("train", dataset=value).exception
    app = open_page("train", dataset="ds-own", effort=value, recipe=value)
    assert not app.exception
    assert app.segmented_control(key="effort").value == "quick"
    assert not app.button(key="train").disabled


REQUEST = {
    "dataset": "ds-own",
    "targets": ["alpha", "d"],
    "featurizer": "polynomial",
    "model": "mlp",
    "featurizer_options": {"order": 2, "channels": ["re"], "window": [3, 40]},
    "model_options": {"width_1": 64},
    "symmetries": False,
    "fresh": 100,
    "split": 0.25,
    "seed": 3,
}


def test_the_reproduced_command_asks_for_the_same():
    words = shlex.split(command(REQUEST))
    assert words[:3] == ["python", "-m", "nmr_core"]
    args = parser().parse_args(words[3:])
    assert (args.dataset, args.targets, args.model, args.featurizer) == (
        "ds-own",
        ["alpha", "d"],
        "mlp",
        "polynomial",
    )
    assert (args.channels, args.window, dict(args.feature_option)) == (
        ["re"],
        (3, 40),
        {"order": 2},
    )
    assert (dict(args.option), args.symmetries, args.fresh, args.split, args.seed) == (
        {"width_1": 64},
        False,
        100,
        0.25,
        3,
    )


def test_the_options_of_a_stack_can_be_typed():
    request = REQUEST | {
        "featurizer": "polynomial+pca",
        "featurizer_options": {"polynomial.order": 1, "pca.whiten": 0.25},
    }
    args = parser().parse_args(shlex.split(command(request))[3:])
    assert dict(args.feature_option) == {"polynomial.order": 1, "pca.whiten": 0.25}


def test_the_reproduced_python_asks_for_the_same():
    call = ast.parse(python(REQUEST)).body[0].value
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    assert given == {name: value for name, value in REQUEST.items() if name != "dataset"}
    assert ast.unparse(call.args[0]) == "nmr.load_dataset('ds-own')"
