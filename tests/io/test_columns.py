"""Swapped columns are found by what they hold; rows of the same material become settings."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.errors import InputError
from nmr_core.io.formats import read_foreign, write_foreign
from nmr_core.io.formats._kernels import kernels_numbered, with_kernels
from nmr_core.io.formats._plausible import Column, checked, prior
from nmr_core.io.formats._settings import regrouped


@pytest.mark.parametrize(
    ("swapped", "column", "order"),
    [
        ((1, 0, 2, 3), "alpha", "xi alpha p d"),
        ((0, 2, 1, 3), "p", "alpha p xi d"),
        ((3, 1, 2, 0), "alpha", "d xi p alpha"),
        ((0, 1, 3, 2), "p", "alpha xi d p"),
        ((3, 2, 1, 0), "alpha", "d p xi alpha"),
    ],
)
def test_swapped_columns_are_named_with_the_order_that_fits(
    challenge, refused, swapped, column, order
):
    file = challenge / "mat_info.txt"
    rng = np.random.default_rng(4)
    table = rng.uniform([0, 0, 2, 3], [0.2, 20, 4, 6], (12, 4))
    np.savetxt(file, table, delimiter="\t")
    assert read_foreign(challenge).parameters["d"].tolist() == pytest.approx(table[:, 3].tolist())
    np.savetxt(file, table[:, list(swapped)], delimiter="\t")
    sentence = refused(challenge)
    assert sentence.startswith(
        f"{column} (column {['alpha', 'xi', 'p', 'd'].index(column) + 1} of mat_info.txt) is "
        "outside of"
    )
    assert f"but the columns fit in the order {order}. " in sentence
    assert "Put them in the order alpha xi p d," in sentence


def test_swapped_columns_of_the_other_text_formats(dataset, tmp_path, refused):
    for preset, name, file, swap in (
        ("deeplearn_2024_rkky", "deeplearn_2024", "rkky_mat_info_model.txt", (0, 2, 1)),
        ("gsoc_2021_weak_rkky", "gsoc_2021", "echo_params.txt", (3, 1, 2, 0, *range(4, 12))),
        ("cuda_2023", "cuda_2023", "echo_params1.txt", (*range(8), 12, 9, 10, 11, 8, 13, 14, 15)),
    ):
        write_foreign(dataset(preset), tmp_path / name, name)
        table = np.loadtxt(tmp_path / name / file)
        np.savetxt(tmp_path / name / file, table[:, list(swap)], fmt="%.9g")
        assert f"of {file}) is outside of" in refused(tmp_path / name)


def test_values_that_fit_nowhere_are_a_note(challenge):
    table = np.loadtxt(challenge / "mat_info.txt")
    table[:, 1] += 500
    np.savetxt(challenge / "mat_info.txt", table, delimiter="\t")
    back = read_foreign(challenge)
    assert "xi is outside of -5 to 25 in 100% of the rows." in back.notes


def test_one_outlier_in_a_hundred_is_accepted():
    table = np.random.default_rng(5).uniform([0, 0, 2, 3], [0.2, 20, 4, 6], (100, 4))
    table[7, 0] = 15.0
    parameters, notes = checked(
        table, prior("ml4sci_2020", "alpha", "xi", "p", "d"), "mat_info.txt"
    )
    assert notes == []
    assert parameters["alpha"][7] == 15.0


def test_a_column_of_whole_numbers():
    column = Column("stencil_type", 0, 3, whole=True)
    assert column.outside(np.array([0, 1, 2, 3])) == 0
    assert column.outside(np.array([0, 0.5, 4, 1])) == 0.5


def _rows(angles, materials):
    return pd.DataFrame(
        [{"xi": float(m), "angle_1": 90.0, "angle_2": float(a)} for m in materials for a in angles]
    )


def test_rows_of_one_material_become_settings():
    table = _rows((60, 90, 180), (1, 2))
    signals = np.arange(12, dtype=np.complex64).reshape(6, 2)
    parameters, curves, settings, notes = regrouped(table, signals, ("angle_1", "angle_2"))
    assert settings == [{"angle_2": 60}, {"angle_2": 90}, {"angle_2": 180}]
    assert parameters.to_dict("list") == {"xi": [1, 2], "angle_1": [90, 90]}
    assert curves[1].real.tolist() == [[6, 7], [8, 9], [10, 11]]
    assert "3 settings" in notes[0]


@pytest.mark.parametrize(
    "table",
    [
        _rows((90,), (1, 2, 3)),
        _rows((90, 90), (1, 2)),
        pd.concat([_rows((60, 90), (1,)), _rows((90, 60), (2,))]),
        pd.concat([_rows((60, 90), (1,)), _rows((60,), (2,))]),
        _rows((60, 90), (1, 2))[1:],
    ],
)
def test_other_rows_stay_rows(table):
    signals = np.zeros((len(table), 2), np.complex64)
    parameters, curves, settings, notes = regrouped(
        table.reset_index(drop=True), signals, ("angle_1", "angle_2")
    )
    assert (len(parameters), curves.shape[1], settings, notes) == (len(table), 1, [{}], [])


def test_several_kernels_become_a_column_and_one_a_note(dataset, tmp_path):
    rows = pd.DataFrame({"xi": [1.0, 2.0]})
    assert with_kernels(rows, ["rkky", "rkky"])[1:] == (
        "rkky",
        ["All curves have the kernel rkky."],
    )
    assert with_kernels(rows, ["rkky", "gaussian"])[0]["kernel"].tolist() == ["rkky", "gaussian"]
    for kernel in ("gaussian", "rkky"):
        write_foreign(dataset(f"deeplearn_2024_{kernel}"), tmp_path / kernel, "deeplearn_2024")
    both = tmp_path / "both"
    both.mkdir()
    for file in [*(tmp_path / "gaussian").iterdir(), *(tmp_path / "rkky").iterdir()]:
        file.rename(both / file.name)
    back = read_foreign(both)
    assert back.parameters["kernel"].tolist() == ["gaussian"] * 12 + ["rkky"] * 12
    assert np.array_equal(back.signals[12:], dataset("deeplearn_2024_rkky").signals)
    assert back.preset == ""
    write_foreign(back, tmp_path / "again", "deeplearn_2024")
    assert sorted(item.name for item in (tmp_path / "again").iterdir()) == sorted(
        item.name for item in both.iterdir()
    )
    assert read_foreign(tmp_path / "again").parameters.equals(back.parameters)


@pytest.mark.parametrize("number", [-1, 1.5, 4, 1e30, np.inf])
def test_a_stencil_type_that_names_no_kernel_is_refused(number):
    with pytest.raises(
        InputError, match=r"stencil_type of sample 2 is .*, and the kernels are 0 g"
    ):
        kernels_numbered(np.array([2.0, number]))
    assert kernels_numbered(np.array([2.0, 0.0])) == ["rkky", "gaussian"]
