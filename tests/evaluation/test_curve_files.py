"""Training curves as CSV and as event files, which TensorBoard reads with the same numbers."""

import io
import zipfile
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

import nmr_core as nmr
from nmr_core.errors import InputError
from nmr_core.learning import curve_files
from nmr_core.learning.curve_files import curves_csv, event_archive, write_event_files
from nmr_core.learning.curves import run_curve

needs_tensorboard = pytest.mark.skipif(
    find_spec("tensorboard") is None, reason="needs the extra tensorboard"
)


@pytest.fixture(scope="module")
def curve():
    """The curve of the shipped network."""
    return run_curve(nmr.load_run("example-mlp").manifest)


def test_a_regression_is_a_mean_square_in_units_of_the_baseline(curve):
    manifest = nmr.load_run("example-mlp").manifest
    rows = np.array(manifest.curve)
    np.testing.assert_allclose(curve.training, 2 * rows[:, 0])
    np.testing.assert_allclose(curve.validation, rows[:, 1])
    assert curve.best == rows[:, 1].argmin()


def test_a_model_without_epochs_has_no_curve():
    assert run_curve(nmr.load_run("example-ridge").manifest) is None


def test_the_csv_holds_every_epoch(curve):
    table = pd.read_csv(io.StringIO(curves_csv([curve])))
    assert table.columns.tolist() == [
        "run",
        "title",
        "epoch",
        "training error",
        "validation error",
    ]
    np.testing.assert_allclose(table["validation error"], curve.validation)
    assert table["epoch"].tolist() == list(range(1, len(curve.epochs) + 1))


@needs_tensorboard
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tensorboard_reads_the_same_numbers(curve, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    (folder,) = write_event_files([curve], tmp_path / "curves")
    events = EventAccumulator(str(folder))
    events.Reload()
    assert sorted(events.Tags()["scalars"]) == ["error/training", "error/validation"]
    scalars = events.Scalars("error/validation")
    assert [scalar.step for scalar in scalars] == curve.epochs.tolist()
    np.testing.assert_allclose([scalar.value for scalar in scalars], curve.validation, rtol=1e-6)


@needs_tensorboard
def test_runs_of_one_title_have_folders_of_their_own(curve):
    from dataclasses import replace

    twins = [replace(curve, id=f"run-20261129-0000-{k}", title="../<Ö> net") for k in "ab"]
    names = zipfile.ZipFile(io.BytesIO(event_archive(twins))).namelist()
    assert {name.split("/")[1] for name in names} == {"net-9-0000-a", "net-9-0000-b"}
    assert all(name.startswith("curves/net-") for name in names)


@needs_tensorboard
def test_a_folder_is_never_written_over(curve, tmp_path):
    with pytest.raises(InputError, match="exists"):
        write_event_files([curve], tmp_path)
    with pytest.raises(InputError, match="None of the runs"):
        write_event_files([], tmp_path / "new")


def test_without_the_extra_a_sentence_names_it(curve, tmp_path, monkeypatch):
    monkeypatch.setattr("nmr_core.extras._is_importable", lambda module: False)
    with pytest.raises(InputError, match=r"spin-echo-lab\[tensorboard\]"):
        curve_files.write_event_files([curve], tmp_path / "new")
