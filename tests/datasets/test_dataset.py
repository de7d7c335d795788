"""A data set in memory: columns, targets, specs, selected curves, saving and loading."""

import numpy as np
import pytest

from nmr_core import FailedError, InputError, generate, load_dataset, preset
from nmr_core.datasets.dataset import EchoDataset


def test_columns_are_the_drawn_parameters_then_the_derived_ones(in_memory, small):
    assert list(in_memory.parameters) == [*small.space.names, "W", "omega_p", "length_scale"]
    assert len(in_memory) == len(in_memory.parameters) == len(in_memory.signals) == 60
    for spec in small.space:
        column = in_memory.parameters[spec.name]
        assert column.between(spec.low, spec.high).all()
        assert np.ptp(column) > 0.8 * spec.width
    assert in_memory.parameters["W"].to_numpy() == pytest.approx(np.ones(60), abs=1e-12)
    assert in_memory.parameters["omega_p"].to_numpy() == pytest.approx(
        in_memory.parameters["alpha"].to_numpy() / 0.05
    )


def test_targets_are_what_varies(in_memory, small):
    """W is 1 for every sample of a normalised kernel (to round-off): there is nothing to learn."""
    assert in_memory.targets == ("alpha", "xi", "p", "d", "omega_p")
    assert generate(small.fix(d=4.0, xi=3.0), 5).targets == ("alpha", "p", "omega_p")
    assert generate(preset("cuda_2023").fix(n_x=4, n_y=4, tau=2.0), 5).targets == (
        "omega_p",
        "xi",
        "W",
        "length_scale",
    )


def test_spec_is_the_prior_or_the_range_in_the_data(in_memory, small):
    assert in_memory.spec("xi") == small.space["xi"]
    omega_p = in_memory.parameters["omega_p"]
    spec = in_memory.spec("omega_p")
    assert (spec.low, spec.high, spec.unit) == (omega_p.min(), omega_p.max(), "line widths")
    with pytest.raises(
        InputError, match="no column 'beta'; it has alpha, xi, p, d, W, omega_p, length_scale"
    ):
        in_memory.spec("beta")


def test_selected_curves_are_those_curves(folder, in_memory):
    wanted = [59, 0, 20, 19, 20]
    assert load_dataset(folder).curves(wanted).tobytes() == in_memory.signals[wanted].tobytes()
    assert in_memory.curves(wanted).tobytes() == in_memory.signals[wanted].tobytes()
    assert load_dataset(folder).curves([]).shape == (0, 1, 45)


def test_selected_curves_do_not_need_the_other_parts(folder, in_memory):
    (folder / "part-00001.parquet").unlink()
    assert load_dataset(folder).curves([3, 45]).tobytes() == in_memory.signals[[3, 45]].tobytes()
    with pytest.raises(FailedError, match=r"part-00001\.parquet is missing"):
        load_dataset(folder).curves([25])


@pytest.mark.parametrize("n", [60, 47])
def test_save_and_load(small, tmp_path, n):
    dataset = generate(small, n, seed=3, part_size=20, title="Mine")
    assert dataset.path is None
    assert dataset.save(tmp_path / "saved") == dataset.path == tmp_path / "saved"
    again = load_dataset(tmp_path / "saved")
    assert again.digest() == dataset.digest()
    assert again.manifest == dataset.manifest
    assert again.parameters.equals(dataset.parameters)
    assert (again.time == dataset.time).all()


def test_a_folder_can_be_saved_elsewhere(folder, in_memory, tmp_path):
    load_dataset(folder).save(tmp_path / "copy")
    assert (
        load_dataset(tmp_path / "copy").digest()
        == load_dataset(folder).digest()
        == in_memory.digest()
    )


def test_save_never_mixes_with_what_is_there(in_memory, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(
        InputError, match=r"exists already and is not empty\. Choose another folder"
    ):
        in_memory.save(tmp_path)
    assert [item.name for item in tmp_path.iterdir()] == ["notes.txt"]


def test_the_digest_covers_curves_and_parameters(in_memory):
    digests = {in_memory.digest()}
    signals, parameters = in_memory.signals.copy(), in_memory.parameters.copy()
    signals[7, 0, 3] += np.float32(1e-6)
    parameters.loc[7, "d"] += 1e-12
    digests.add(EchoDataset(in_memory.manifest, None, signals, in_memory.parameters).digest())
    digests.add(EchoDataset(in_memory.manifest, None, in_memory.signals, parameters).digest())
    assert len(digests) == 3


def test_repr_says_what_it_is(in_memory):
    assert repr(in_memory) == (
        "EchoDataset('ML4SCI challenge 2020, secular, 60 curves', 60 x 1 x 45, "
        "preset='ml4sci_2020_secular', seed=3)"
    )
