"""Data sets of several settings, solved ranges and extreme sizes on the pages."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest

from nmr_core import PRESETS, generate, load_dataset, preset
from nmr_core.cli import main
from nmr_core.datasets.estimate import estimate
from nmr_core.datasets.generate import generate_job
from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.recipe import recipe
from nmr_core.jobs import api
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.learning.train import train_job
from nmr_core.progress import silent
from ui.data_sets import actions, catalogue
from ui.shared import compute
from ui.shared.text import megabytes

SMALL = {"n_x": 8, "n_y": 8, "tau": 5}
KINDS = {
    "ds-lab": (preset("lab").fix(**SMALL), 40),
    "ds-sweep": (preset("pulse_angle_sweep").fix(**SMALL), 12),
    "ds-solved": (preset("gsoc_2021_weak_power_law").fix(n_x=20, n_y=20, tau=3, acquire=6), 30),
    "ds-measured": (
        preset("ml4sci_2020_secular")
        .fix(**SMALL, offsets="iid")
        .measure(angle_2=[60, 90.5], noise=[0, 0.01]),
        20,
    ),
    "ds-one": (preset("ml4sci_2020_secular").fix(**SMALL), 1),
    "ds-still": (preset("ml4sci_2020_secular").fix(**SMALL, alpha=0.1, xi=3, p=3, d=4), 5),
}


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("several")
    for name, (known, n) in KINDS.items():
        generate(known, n, seed=1, part_size=10, path=folder / name, title=f"Set {name}")
    return folder


@pytest.fixture
def sets(made, data_folder):
    return shutil.copytree(made, data_folder / "datasets")


def _drawn(app) -> str:
    return app.get("plotly_chart")[0].proto.spec


@pytest.mark.parametrize("page", ["data_sets", "train"])
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_data_set_on_every_page(sets, open_page, page, name):
    app = open_page(page, dataset=name)
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="dataset").value == name


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("ds-lab", ["β₂ = 60°", "β₂ = 90°", "β₂ = 120°", "β₂ = 180°"]),
        ("ds-measured", ["β₂ = 60°, σ = 0", "β₂ = 90.5°, σ = 0.01"]),
    ],
)
def test_each_setting_can_be_looked_at(sets, open_page, name, labels):
    app = open_page("data_sets", dataset=name)
    setting = app.selectbox(key="setting")
    assert setting.options == labels
    seen = set()
    for k in range(len(labels)):
        app.selectbox(key="setting").select(str(k)).run()
        assert not app.exception
        seen.add(_drawn(app))
    assert len(seen) == len(labels)


def test_one_setting_is_no_choice(sets, open_page):
    app = open_page("data_sets", dataset="ds-solved")
    assert not [box for box in app.selectbox if (box.key or "").startswith("setting")]
    table = app.dataframe[0].value.set_index("id")
    assert table.loc[["ds-solved", "ds-lab", "ds-sweep"], "echoes per sample"].tolist() == [
        1,
        4,
        37,
    ]


def test_from_one_data_set_to_the_next(sets, open_page):
    """A choice for one must not break another with other columns and fewer settings."""
    app = open_page("data_sets", dataset="ds-sweep")
    app.selectbox(key="setting").select("36").run()
    app.selectbox(key="up").select("anisotropy").run()
    for name in ("ds-lab", "ds-one", "ds-solved", "ds-still", "ds-sweep"):
        app.selectbox(key="dataset").select(name).run()
        assert not app.exception
        assert not app.error


def test_the_number_of_redraws_is_not_offered(sets, open_page):
    assert load_dataset("ds-solved").parameters["n_redrawn"].any()
    app = open_page("data_sets", dataset="ds-solved")
    assert "p" in app.selectbox(key="up").options
    assert "n_redrawn" not in app.selectbox(key="up").options
    assert (
        "n_redrawn"
        not in open_page("train", dataset="ds-solved").pills(key="targets-ds-solved").options
    )


def test_samples_that_do_not_differ_are_said_so(sets, open_page, words):
    app = open_page("data_sets", dataset="ds-still")
    assert "every sample has the same parameters." in words(app)
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.parametrize("name", KINDS)
def test_the_download_holds_every_setting(sets, name):
    opened = load_dataset(name)
    with np.load(BytesIO(actions.curves_npz(opened)), allow_pickle=False) as stored:
        assert stored["signals"].tobytes() == opened.signals.tobytes()
        assert set(opened.parameters) <= set(stored)
        fields = {key.removeprefix("setting_") for key in stored if key.startswith("setting_")}
        assert fields == set(opened.manifest.settings[0])
        for field in fields:
            assert stored[f"setting_{field}"].tolist() == [
                setting[field] for setting in opened.manifest.settings
            ]


@pytest.mark.parametrize("name", KINDS)
def test_the_lines_to_reproduce_make_the_same_data_set(sets, tmp_path, repository, name):
    opened = load_dataset(name)
    python, command = recipe(opened)
    assert (".measure(" in python, "--settings" in command) == (name == "ds-measured",) * 2
    arguments = shlex.split(command)[3:]
    assert main([*arguments, "--jobs", "1", "--out", str(tmp_path / "again")]) == 0
    assert load_dataset(tmp_path / "again").digest() == opened.digest()
    if name in ("ds-measured", "ds-lab"):
        code = python.replace("n_jobs=-1", "n_jobs=1") + "\nprint(dataset.digest())"
        answer = subprocess.run(
            [sys.executable, "-c", code],
            cwd=repository,
            capture_output=True,
            text=True,
            env=os.environ,
        )
        assert answer.stdout.strip() == opened.digest(), answer.stderr


@pytest.mark.parametrize("name", ["ds-lab", "ds-measured", "ds-solved"])
def test_an_unfinished_one_can_be_finished(sets, open_page, name):
    digest, manifest = load_dataset(name).digest(), sets / name / "manifest.json"
    manifest.write_text(
        json.dumps(json.loads(manifest.read_text()) | {"complete": False, "parts": []})
    )
    (sets / name / "part-00001.parquet").unlink()
    app = open_page("data_sets", dataset="ds-one")
    app.button(key=f"finish-{name}").click().run()
    assert not app.exception
    (job,) = api.list_jobs()
    generate_job(job.params | {"n_jobs": 1}, silent)
    assert load_dataset(name).digest() == digest


def test_training_and_comparing_on_four_settings(sets, open_page):
    app = open_page("train", dataset="ds-lab")
    app.segmented_control(key="effort").set_value("own").run()
    app.multiselect(key="models-regression").set_value(["ridge"])
    app.slider(key="share").set_value(25).run()
    assert not app.info, "nothing is hidden there"
    app.button(key="train").click().run()
    assert not app.exception
    (job,) = api.list_jobs()
    train_job(job.params, silent)
    app = open_page("compare", runs=job.params["run"])
    assert not app.exception
    assert not app.error
    assert app.session_state["runs"] == [job.params["run"]]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_asked_for(open_page, name):
    app = open_page("data_sets")
    app.selectbox(key="new-preset").select(name).run()
    app.number_input(key="new-n").set_value(10).run()
    assert not app.exception
    assert not app.error
    size = estimate(PRESETS[name], 10)[1]
    assert [text for text in app.caption if text.value.endswith(f", {megabytes(size)}")]
    assert len(app.info) == len(unidentifiable(PRESETS[name]))
    app.button(key="generate").click().run()
    (job,) = api.list_jobs()
    assert job.params | {"dataset": ""} == {
        "dataset": "",
        "owner": job.owner,
        "preset": PRESETS[name].to_dict(),
        "n_samples": 10,
        "seed": 0,
        "title": "",
    }


@pytest.mark.parametrize(
    "name",
    ["lab", "pulse_angle_sweep", "cuda_2023", "deeplearn_2024_rkky", "gsoc_2021_weak_gaussian"],
)
def test_the_queued_job_makes_every_setting_on_another_lattice(open_page, name):
    app = open_page("data_sets")
    app.selectbox(key="new-preset").select(name).run()
    app.number_input(key="new-n").set_value(10)
    app.number_input(key=f"new-side-{name}").set_value(12)
    app.number_input(key=f"new-tau-{name}").set_value(5.0).run()
    assert not app.error
    app.button(key="generate").click().run()
    (job,) = api.list_jobs()
    assert job.params["preset"]["fixed"] == {"n_x": 12, "n_y": 12, "tau": 5.0}
    generate_job(job.params | {"n_jobs": 1}, silent)
    dataset = load_dataset(job.params["dataset"])
    assert dataset.manifest.experiment_preset() == PRESETS[name].fix(n_x=12, n_y=12, tau=5.0)
    assert dataset.signals.shape[:2] == (10, len(PRESETS[name].settings))
    app.run()
    assert not app.exception


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("side", 8, "on 8 × 8 spins reaches W from"), ("tau", 450.0, "misses the echo")],
)
def test_what_cannot_be_made_is_said_and_the_rest_of_the_page_stays(
    sets, open_page, field, value, sentence
):
    name = "gsoc_2021_strong_gaussian"
    app = open_page("data_sets", dataset="ds-lab")
    app.selectbox(key="new-preset").select(name).run()
    app.number_input(key=f"new-{field}-{name}").set_value(value).run()
    assert not app.exception
    (error,) = app.error
    assert sentence in error.value
    assert app.button(key="generate").disabled
    assert len(app.get("plotly_chart")) == 2


def test_many_settings_do_not_fill_the_memory(sets, monkeypatch):
    m = Manifest.read(sets / "ds-sweep")
    monkeypatch.setattr(compute, "POINTS_SHOWN", 5 * m.n_settings * m.n_times)
    assert compute.shown_curves("ds-sweep", "5").shape == (5, m.n_settings, m.n_times)
    monkeypatch.setattr(compute, "POINTS_SHOWN", 1)
    assert compute.shown_curves("ds-sweep", "1").shape == (1, m.n_settings, m.n_times)


@pytest.mark.parametrize(
    ("setting", "label"),
    [
        ({}, ""),
        ({"angle_1": 18, "angle_2": 36.0}, "β₁ = 18°, β₂ = 36°"),
        ({"noise": 0.005}, "σ = 0.005"),
        ({"sense": -1}, "sense = -1"),
        ({"carrier": 2.5}, "ν₀ = 2.5 MHz"),
    ],
)
def test_labels_of_settings(setting, label):
    assert catalogue.described(setting) == label
