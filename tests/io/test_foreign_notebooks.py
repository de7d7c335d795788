"""Other people's reading code, written from the description of their files, reads ours."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.io.formats import write_foreign


def test_the_notebook_of_the_2020_challenge(dataset, tmp_path):
    """Tab separated, no header, 471 points per row, columns alpha xi p d; M = r + 1j i."""
    original, folder = dataset("ml4sci_2020"), tmp_path / "data"
    write_foreign(original, folder, "ml4sci_2020")
    info = np.loadtxt(folder / "mat_info.txt", delimiter="\t")
    real = np.loadtxt(folder / "echos_r.txt", delimiter="\t")
    imaginary = pd.read_csv(folder / "echos_i.txt", delimiter="\t", header=None).to_numpy()
    assert info.shape == (12, 4)
    assert real.shape == imaginary.shape == (12, 471)
    assert np.array_equal(info, original.parameters[["alpha", "xi", "p", "d"]])
    assert np.array_equal((real + 1j * imaginary).astype(np.complex64), original.signals[:, 0])


def test_the_notebook_of_the_2024_challenge(dataset, tmp_path):
    """White space, three columns alpha xi d, files named after the kernel."""
    original, folder = dataset("deeplearn_2024_rkky"), tmp_path / "data"
    write_foreign(original, folder, "deeplearn_2024")
    alpha, xi, d = np.loadtxt(folder / "rkky_mat_info_model.txt", unpack=True)
    curves = pd.read_csv(folder / "rkky_echos_r_model.txt", sep=r"\s+", header=None).to_numpy(
        dtype=np.float32
    )
    assert np.array_equal(
        np.column_stack([alpha, xi, d]), original.parameters[["alpha", "xi", "d"]]
    )
    assert np.array_equal(curves, original.signals[:, 0].real)


def test_the_notebook_of_the_2021_project(dataset, tmp_path):
    """Space separated; echo_params by column number; W_tot one a row; pulses in radians."""
    original, folder = dataset("gsoc_2021_weak_gaussian"), tmp_path / "data"
    write_foreign(original, folder, "gsoc_2021")
    real, imaginary = (np.loadtxt(folder / f"echos_{part}.txt", delimiter=" ") for part in "ri")
    params = np.loadtxt(folder / "echo_params.txt", delimiter=" ")
    assert real.shape == imaginary.shape == (12, 942)
    assert params.shape == (12, 12)
    for column, name in ((0, "alpha_x"), (2, "alpha_z"), (3, "xi")):
        assert np.array_equal(params[:, column], original.parameters[name])
    assert np.array_equal(params[:, 1], params[:, 0])
    assert params[0, 4:].tolist() == pytest.approx([2, 0, 0, 1, 0, 0, np.pi / 2, np.pi])
    assert np.array_equal(np.loadtxt(folder / "w_list.txt"), original.parameters["W_tot"])


def test_the_reader_of_the_cuda_simulator(dataset, tmp_path):
    """Space separated; reduced dt, tau in seconds, half width; the layout of the real files."""
    original, folder = dataset("cuda_2023"), tmp_path / "run"
    write_foreign(original, folder, "cuda_2023")
    params, sim, real, imaginary = (
        np.loadtxt(folder / f"{name}1.txt")
        for name in ("echo_params", "sim_params", "real_output", "imag_output")
    )
    assert params.shape == (12, 16)
    assert real.shape == (12, 500)
    assert sim == pytest.approx([8, 8, 0.6 * np.pi, 5e-5, 0.025])
    assert params[0, 12:].tolist() == pytest.approx([np.pi / 2, np.pi, 0, 0])
    assert np.array_equal((real + 1j * imaginary).astype(np.complex64), original.signals[:, 0])


def test_plain_pandas_and_numpy_read_our_own_formats(dataset, tmp_path):
    lab = dataset("lab")
    for name, ending in (
        ("npz", "npz"),
        ("csv_wide", "csv"),
        ("csv_long", "long.csv"),
        ("parquet", "parquet"),
    ):
        write_foreign(lab, tmp_path / f"lab.{ending}", name)
    with np.load(tmp_path / "lab.npz", allow_pickle=False) as arrays:
        assert np.array_equal(arrays["signals"], lab.signals)
        assert np.array_equal(arrays["xi"], lab.parameters["xi"])
    wide = pd.read_csv(tmp_path / "lab.csv")
    points = wide.filter(regex=r"^re_2@").to_numpy(dtype=np.float32)
    assert np.array_equal(points, lab.signals[:, 2].real)
    assert [
        float(name.partition("@")[2]) for name in wide if name.startswith("re_2@")
    ] == lab.time.tolist()
    long = pd.read_csv(tmp_path / "lab.long.csv")
    one = long[(long["sample"] == 7) & (long["angle_2"] == 120)]
    assert np.array_equal(one["im"].to_numpy(dtype=np.float32), lab.signals[7, 2].imag)
    assert one["xi"].unique().tolist() == [lab.parameters["xi"][7]]
    table = pd.read_parquet(tmp_path / "lab.parquet")
    assert np.array_equal(table["re_3"][4], lab.signals[4, 3].real)


def test_hdf5_says_its_units(dataset, tmp_path):
    import h5py

    write_foreign(dataset("lab"), tmp_path / "lab.h5", "hdf5")
    with h5py.File(tmp_path / "lab.h5") as file:
        assert file["time"].attrs["unit"] == "µs"
        assert file["parameters/xi"].attrs["unit"] == "sites"
        assert file["signals"].shape == (12, 4, 471)
