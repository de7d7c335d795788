"""Real output of the CUDA simulator of 2023, imported, and simulated again by us."""

import shutil

import numpy as np
import pytest

from nmr_core import preset, simulate_batch
from nmr_core.io.formats import read_foreign, sniff

N_SEEDS = 8


@pytest.fixture(scope="module")
def folder(repository):
    folder = repository.parent / "shared" / "reference" / "cuda_2023"
    if not (folder / "echo_params1.txt").is_file():
        pytest.skip(f"the reference curves of the CUDA simulator are not here: {folder}")
    return folder


@pytest.fixture(scope="module")
def reference(folder):
    return read_foreign(folder)


def test_what_it_is(folder, reference):
    assert sniff(folder)[0].format == "cuda_2023"
    assert reference.preset == "cuda_2023"
    assert reference.signals.shape == reference.mz.shape == (3, 1, 500)
    assert np.array_equal(reference.time, preset("cuda_2023").build().protocol.time)
    assert reference.parameters["xi"].tolist() == [5.0, 11.18033989, 25.0]
    assert reference.parameters.loc[0, ["angle_1", "angle_2", "phase_1", "phase_2"]].tolist() == [
        90,
        180,
        0,
        0,
    ]
    assert reference.mz[:, 0, 0] == pytest.approx(np.zeros(3))
    assert not {"n_x", "tau", "kernel"} & set(reference.parameters)


@pytest.mark.parametrize("row", range(3))
def test_its_echo_is_one_of_ours(reference, row):
    """Nearly as close to the mean of our seeds as the farthest seed to the mean of the others."""
    known = reference.parameters.loc[
        row, ["alpha_x", "alpha_y", "alpha_z", "xi", "p", "angle_1", "angle_2"]
    ].to_dict()
    ours = np.abs(
        simulate_batch([preset("cuda_2023").build(**known)] * N_SEEDS, list(range(N_SEEDS)))
    )
    theirs, mean = np.abs(reference.signals[row, 0]), ours.mean(axis=0)

    def distance(a, b):
        return np.sqrt(((a - b) ** 2).mean())

    spread = max(distance(ours[k], np.delete(ours, k, axis=0).mean(axis=0)) for k in range(N_SEEDS))
    assert distance(theirs, mean) <= 1.2 * spread < 0.07
    assert np.corrcoef(theirs, mean)[0, 1] >= 0.97


def test_two_rows_of_sim_params_with_every_row_of_echo_params(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "run", copy_function=shutil.copyfile)
    for name in ("real_output1", "imag_output1", "z_real_output1", "sim_params1"):
        file = tmp_path / "run" / f"{name}.txt"
        file.chmod(0o644)
        text = file.read_text()
        file.write_text(
            text + (text.replace("100 100", "50 50") if name == "sim_params1" else text)
        )
    both = read_foreign(tmp_path / "run")
    assert both.parameters["n_x"].tolist() == [100, 100, 100, 50, 50, 50]
    assert both.parameters["xi"].tolist() == [5.0, 11.18033989, 25.0] * 2
    assert any("for the first row of sim_params1.txt" in note for note in both.notes)
