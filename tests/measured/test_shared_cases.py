"""Files of arrays, archives and data sets that earlier versions read wrongly or not at all.

The inputs lie beside the repository and may be missing: ../shared/measured-files.md describes them.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.io.formats import read_foreign
from nmr_core.measured import read_measurements

PLACES = [Path(__file__).parents[k] / "shared" / "cases" for k in (3, 4)]
CASES = next((place for place in PLACES if place.is_dir()), PLACES[0])
needs_cases = pytest.mark.skipif(
    not CASES.is_dir(), reason="The inputs in ../shared/cases are not there."
)
ARRAYS = {
    "H02_h02_userblock512.h5": 1,
    "H03_h04_compound_real_imag.h5": 1,
    "H04_h05_groups_per_scan.h5": 3,
    "H05_h06_column_vectors.h5": 1,
    "H06_h07_time_first.h5": 3,
    "H07_h09_time_one_more.h5": 1,
    "H08_h10b_unit.h5": 1,
    "H09_h12_capital_names.h5": 1,
    "H10_n10_meta.npz": 1,
}


@needs_cases
@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_hold_the_same_echo_at_the_same_times(name):
    """All of them were written from one curve: 312 points, .5 µs apart, from an ADC."""
    measurements = read_measurements(CASES / name)
    assert len(measurements) == ARRAYS[name]
    for one in measurements:
        np.testing.assert_allclose(one.time, 0.5 * np.arange(312), atol=1e-9)
        assert not one.real_only
    first = measurements[0].signal
    reference = read_measurements(CASES / "H02_h02_userblock512.h5")[0].signal
    # Each has its own noise, 26 of 49,813; H04 and H06 hold scans of different gain or noise
    assert abs(np.vdot(first, reference)) > 0.99 * np.linalg.norm(first) * np.linalg.norm(reference)


@needs_cases
def test_a_zip_of_windows_is_its_folder():
    [measurement] = read_measurements(CASES / "V13_zip_backslash.zip")
    assert measurement.kind == "bruker"
    np.testing.assert_allclose(measurement.time, 0.5 * np.arange(312), atol=1e-9)


@needs_cases
def test_a_zip_of_folders_counts_measurements(tmp_path):
    for k in (1, 2, 3):
        shutil.copytree(CASES / "VREF_b01_plain", tmp_path / "all" / str(k))
        (tmp_path / "all" / str(k) / "pdata").mkdir()
        (tmp_path / "all" / str(k) / "pdata" / "procs").write_text("##TITLE= x\n")
    shutil.make_archive(str(tmp_path / "all"), "zip", tmp_path / "all")
    for place in (tmp_path / "all", tmp_path / "all.zip"):
        with pytest.raises(InputError, match=r"holds 3 measurements \(1, 2, 3\)"):
            read_measurements(place)
    (tmp_path / "all" / "2" / "acqus").unlink()
    (tmp_path / "all" / "3" / "fid").unlink()
    [only] = read_measurements(tmp_path / "all")
    assert len(only) == 312


@needs_cases
def test_a_varian_fid_that_is_cut_off_names_the_reason():
    with pytest.raises(InputError) as refused:
        read_measurements(CASES / "V14_varian_cut_short")
    assert "broadcast" not in str(refused.value)
    assert "points" in str(refused.value) or "bytes" in str(refused.value)


@needs_cases
def test_packed_challenges_are_read():
    packed = read_foreign(CASES / "F07_f33_gz")
    np.testing.assert_array_equal(packed.signals, read_foreign(CASES / "FREF_f01_ok").signals)


@needs_cases
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("F03_f26_train_test", "holds 2 sets of curves: echos_i.txt, echos_r.txt, mat_info.txt; "),
        ("F04_f29_scaled_1e5", "but a signal of ml4sci_2020 is at most 1/2"),
    ],
)
def test_refusals_of_data_sets_are_true(name, sentence):
    with pytest.raises(InputError) as refused:
        read_foreign(CASES / name)
    assert sentence in str(refused.value)
