"""|M| of spins 1/2 is at most 1/2: curves in another unit are no signals of a preset."""

import gzip
import shutil

import numpy as np
import pandas as pd
import pytest

from nmr_core.datasets.audit import audit_curves
from nmr_core.datasets.magnitude import noise_of, too_large
from nmr_core.errors import InputError
from nmr_core.io.formats import Foreign, read_foreign, write_foreign

TIME = np.arange(1, 472) / np.pi
rng = np.random.default_rng(0)
CURVES = 0.5 * np.exp(-(((TIME - 100) / np.arange(5, 13)[:, None]) ** 2)) * np.exp(0.4j)
NOISE = 0.03 * (rng.normal(size=CURVES.shape) + 1j * rng.normal(size=CURVES.shape))


def test_noise_is_not_counted_as_magnitude():
    noisy = (CURVES + NOISE)[:, None]
    assert np.abs(noisy).max() > 0.53
    np.testing.assert_allclose(noise_of(noisy), 0.03, rtol=0.15)
    assert len(too_large(noisy)) == 0
    assert too_large(noisy * np.array([1, 1.5, 1, 1, 9, 1, 1, 1])[:, None, None]).tolist() == [1, 4]


def _challenge(folder, factor):
    folder.mkdir()
    parameters = np.tile([0.1, 10, 3, 4.5], (len(CURVES), 1))
    np.savetxt(folder / "mat_info.txt", parameters, delimiter="\t")
    np.savetxt(folder / "echos_r.txt", factor * CURVES.real, delimiter="\t")
    np.savetxt(folder / "echos_i.txt", factor * CURVES.imag, delimiter="\t")
    return folder


def test_a_challenge_in_another_unit_is_refused(tmp_path):
    assert not any(
        "above 1/2" in note for note in read_foreign(_challenge(tmp_path / "a", 1)).notes
    )
    for k, factor in enumerate((1e5, 2.0)):
        with pytest.raises(InputError, match="signal of ml4sci_2020 is at most 1/2"):
            read_foreign(_challenge(tmp_path / f"b{k}", factor))


def test_a_named_preset_with_a_gain_gets_a_note(tmp_path):
    """Exported data sets may have measurement effects, such as a gain."""
    parameters = pd.DataFrame({"alpha": np.full(len(CURVES), 0.1)})
    ours = Foreign(parameters, 1.3 * CURVES[:, None], TIME, "ml4sci_2020_secular")
    write_foreign(ours, tmp_path / "a.npz", "npz")
    foreign = read_foreign(tmp_path / "a.npz")
    assert foreign.preset == "ml4sci_2020_secular"
    assert any("|M| is above 1/2 in 8 of 8 curves (up to 0.65)" in note for note in foreign.notes)


def test_the_audit_lists_samples_beyond_one_half():
    curves = CURVES[:, None].copy()
    curves[3] *= 1.2
    table = pd.DataFrame({"alpha": np.linspace(0, 1, len(curves))})
    assert audit_curves(curves, table, plain=True).too_large.tolist() == [3]
    assert audit_curves(curves, table, plain=True).facts["|M| above 1/2"] == "1 (sample 3)"
    assert audit_curves(curves, table).clean


def test_two_sets_are_named(tmp_path):
    folder = _challenge(tmp_path / "two", 1)
    for name in ("mat_info", "echos_r", "echos_i"):
        (folder / f"{name}_test.txt").write_bytes((folder / f"{name}.txt").read_bytes())
    with pytest.raises(InputError, match=r"holds 2 sets of curves: echos_i\.txt, .*_test\.txt"):
        read_foreign(folder)


def test_packed_files_of_a_challenge_are_read_and_a_zip_of_them_is_named(tmp_path):
    folder = _challenge(tmp_path / "plain", 1)
    packed = tmp_path / "packed"
    packed.mkdir()
    for file in folder.iterdir():
        (packed / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
    np.testing.assert_array_equal(read_foreign(packed).signals, read_foreign(folder).signals)
    shutil.make_archive(str(packed), "zip", packed)
    with pytest.raises(InputError, match="which is packed as well"):
        read_foreign(tmp_path / "packed.zip")


def _changed(folder, curves):
    _challenge(folder, 1)
    np.savetxt(folder / "echos_r.txt", curves.real, delimiter="\t")
    np.savetxt(folder / "echos_i.txt", curves.imag, delimiter="\t")
    return folder


def test_a_single_curve_in_another_unit_is_refused_by_its_number(tmp_path):
    curves = CURVES.copy()
    curves[5] *= 1e5
    with pytest.raises(InputError, match=r"reaches 5e\+04 in curve 6 \(0.5 in the median curve"):
        read_foreign(_changed(tmp_path / "a", curves))


def test_curves_of_zeros_are_refused_or_told(tmp_path):
    with pytest.raises(InputError, match="all 8 curves are 0"):
        read_foreign(_changed(tmp_path / "a", 0 * CURVES))
    some = CURVES * (np.arange(8) > 2)[:, None]
    notes = read_foreign(_changed(tmp_path / "b", some)).notes
    assert any(note.startswith("3 of 8 curves are 0 everywhere") for note in notes)


def test_a_tiny_scale_is_told(tmp_path):
    notes = read_foreign(_changed(tmp_path / "a", 1e-3 * CURVES)).notes
    assert any("reaches only 0.0005 in the median curve" in note for note in notes)
    notes = read_foreign(_challenge(tmp_path / "b", 1)).notes
    assert not any("reaches only" in note for note in notes)


def test_parameters_outside_of_their_prior_are_told(tmp_path):
    folder = _challenge(tmp_path / "a", 1)
    table = np.tile([100, 10, 3, 4.5], (len(CURVES), 1))
    np.savetxt(folder / "mat_info.txt", table, delimiter="\t")
    notes = read_foreign(folder).notes
    assert any(note.startswith("alpha is outside of") and "in 100%" in note for note in notes)
