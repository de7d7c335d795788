"""The lines that make a run again, carried out in a fresh data folder."""

import shlex
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import pandas as pd
import pytest

import nmr_core as nmr
from nmr_core.cli import main
from nmr_core.datasets.store import store_dataset
from nmr_core.evaluation.reproduce import reproduction
from nmr_core.presets import preset


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A small run on noisy signals of a preset with a fixed parameter."""
    monkeypatch.setenv("NMR_DATA", str(tmp_path / "first"))
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, d=4.5)
    dataset = nmr.generate(
        small, 40, seed=3, n_jobs=1, effects="gaussian_noise:snr=200", effects_seed=5
    )
    dataset = nmr.load_dataset(store_dataset(dataset))
    run = nmr.train(dataset, targets=["alpha", "p"], featurizer="polynomial", model="ridge")
    return nmr.load_run(run.save())


@pytest.fixture
def fresh(run, tmp_path, monkeypatch):
    """The lines of the run, in an empty data folder."""
    lines = reproduction([run])
    monkeypatch.setenv("NMR_DATA", str(tmp_path / "second"))
    monkeypatch.chdir(tmp_path)
    return lines


def test_the_python_gives_the_same_scores(run, fresh):
    names: dict = {}
    with redirect_stdout(StringIO()):
        exec(fresh[0].replace("n_jobs=-1", "n_jobs=1"), names)
    assert names["run"].id != run.id
    pd.testing.assert_frame_equal(names["run"].scores, run.scores)


def test_the_commands_give_the_same_scores(run, fresh, capsys):
    for line in fresh[1].splitlines():
        words = shlex.split(line)
        assert words[:3] == ["python", "-m", "nmr_core"]
        assert main(words[3:]) == 0
    (again,) = [entry.run for entry in nmr.list_runs() if not entry.shipped]
    pd.testing.assert_frame_equal(again.scores, run.scores)


def test_an_imported_data_set_is_imported_again(run):
    manifest = nmr.load_dataset(run.manifest.dataset).manifest
    dataset = SimpleNamespace(manifest=replace(manifest, source="echoes.zip (csv_wide)"))
    python, command = reproduction([run], lambda _: dataset)
    assert "Imported from echoes.zip" in python
    assert "read_foreign" in python
    assert "import PATH" in command


def test_a_deleted_data_set_is_named(run):
    python, _ = reproduction([run], lambda _: None)
    assert "has been deleted" in python
