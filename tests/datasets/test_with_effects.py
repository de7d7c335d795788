"""Noisy data sets from one clean one: the bytes of generating with effects, when read."""

import numpy as np
import pytest

from nmr_core import InputError, generate, load_dataset
from nmr_core.datasets import dataset as dataset_module
from nmr_core.datasets.generate import generate_job, resume

EFFECTS = (
    "gaussian_noise:snr=20,phase_error:drift=40,dead_time:duration=1,"
    "time_shift,missing_points,amplitude_scale"
)


@pytest.fixture(scope="module")
def noisy(small):
    return generate(small, 60, seed=3, part_size=20, effects=EFFECTS, effects_seed=8)


def test_applying_is_generating_with_them(in_memory, noisy):
    seen = in_memory.with_effects(EFFECTS, seed=8)
    assert seen.digest() == noisy.digest() != in_memory.digest()
    assert seen.parameters.equals(in_memory.parameters)
    assert (seen.manifest.recipe, seen.manifest.effects_seed) == (noisy.manifest.recipe, 8)
    assert [one["effect"] for one in seen.manifest.effects] == [
        piece.split(":")[0] for piece in EFFECTS.split(",")
    ]
    assert seen.manifest.id != in_memory.manifest.id
    assert in_memory.manifest.effects == []


@pytest.mark.parametrize(("n_jobs", "part_size"), [(2, 7), (1, 60), (2, 100)])
def test_same_bytes_for_any_split(small, noisy, tmp_path, n_jobs, part_size):
    arguments = {
        "seed": 3,
        "n_jobs": n_jobs,
        "part_size": part_size,
        "effects": noisy.manifest.effects,
        "effects_seed": 8,
    }
    assert generate(small, 60, path=tmp_path / "ds", **arguments).digest() == noisy.digest()


def test_some_curves_are_those_curves(in_memory, folder, noisy):
    for source in (in_memory, load_dataset(folder)):
        assert (
            source.with_effects(EFFECTS, seed=8).curves([41, 3, 20]).tobytes()
            == noisy.signals[[41, 3, 20]].tobytes()
        )


def test_batches_are_seen_with_them(folder, noisy):
    batches = [
        signals for _, signals in load_dataset(folder).with_effects(EFFECTS, seed=8).batches(17)
    ]
    assert len(batches) == 4
    assert np.concatenate(batches).tobytes() == noisy.signals.tobytes()


def test_nothing_is_read_before_it_is_asked_for(folder, monkeypatch):
    def read(*arguments):
        raise AssertionError("read")

    monkeypatch.setattr(dataset_module, "read_signals", read)
    seen = load_dataset(folder).with_effects(EFFECTS)
    # The parts of the source are not its own
    assert (len(seen), seen.path, seen.manifest.parts) == (60, None, [])
    with pytest.raises(AssertionError, match="read"):
        _ = seen.signals


def test_saving_writes_what_is_seen_and_a_lost_part_is_made_again(folder, noisy, tmp_path):
    saved = load_dataset(folder).with_effects(EFFECTS, seed=8).save(tmp_path / "noisy")
    stored = load_dataset(saved)
    assert stored.digest() == noisy.digest()
    assert stored.manifest.recipe == noisy.manifest.recipe
    (saved / "part-00001.parquet").unlink()
    assert resume(saved).digest() == noisy.digest()


def test_effects_add_up(in_memory, noisy):
    first, rest = EFFECTS.split(",", 2)[:2], EFFECTS.split(",", 2)[2]
    seen = in_memory.with_effects(",".join(first), seed=8)
    assert (
        seen.with_effects(rest).digest()
        == seen.with_effects(rest, seed=8).digest()
        == noisy.digest()
    )
    with pytest.raises(
        InputError, match=r"^The effects of this data set have the seed 8, .* got 9\. Use that seed"
    ):
        seen.with_effects(rest, seed=9)


def test_effects_follow_those_that_were_simulated(small, in_memory):
    turned = generate(small, 60, seed=3, effects="pulse_angle_error:sd=9", effects_seed=8)
    both = generate(
        small, 60, seed=3, effects="pulse_angle_error:sd=9,gaussian_noise", effects_seed=8
    )
    assert turned.with_effects("gaussian_noise").digest() == both.digest()
    assert turned.digest() != in_memory.digest()


def test_no_effects_are_the_data_set_itself(in_memory):
    assert in_memory.with_effects(()) is in_memory


def test_seeds_are_independent_of_the_curves(in_memory):
    one, two = (
        in_memory.with_effects("gaussian_noise:sigma=0.1", seed=seed).signals - in_memory.signals
        for seed in (0, 1)
    )
    assert abs(np.corrcoef(one.real.ravel(), two.real.ravel())[0, 1]) < 0.1
    assert one.real.std() == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize("effect", ["pulse_angle_error", "line_width_error:sd=3"])
def test_what_must_be_simulated_cannot_be_added(in_memory, effect):
    with pytest.raises(
        InputError,
        match=rf"^{effect.split(':')[0]} is part of the simulation .* Generate a data set with it",
    ):
        in_memory.with_effects(["gaussian_noise", effect])


@pytest.mark.parametrize("seed", [-1, 0.5, "x", float("nan")])
def test_a_seed_that_is_none_is_refused(small, in_memory, seed):
    with pytest.raises(InputError, match=r"^effects_seed must be "):
        in_memory.with_effects("gaussian_noise", seed=seed)
    with pytest.raises(InputError, match=r"^effects_seed must be "):
        generate(small, 3, effects="gaussian_noise", effects_seed=seed)


def test_a_folder_with_other_effects_is_another_data_set(small, tmp_path):
    generate(small, 5, effects="gaussian_noise", path=tmp_path / "ds")
    for other in ("gaussian_noise:snr=31", "", "gaussian_noise,gaussian_noise"):
        with pytest.raises(InputError, match="holds another data set"):
            generate(small, 5, effects=other, path=tmp_path / "ds")


def test_the_job_knows_effects(data_folder):
    held = {"n_x": 8, "n_y": 8, "tau": 5.0}
    params = {
        "preset": "ml4sci_2020_secular",
        "fixed": held,
        "n_samples": 6,
        "seed": 1,
        "n_jobs": 1,
        "dataset": "ds-effects",
    }
    generate_job(
        params | {"effects": [{"effect": "gaussian_noise", "snr": 12}], "effects_seed": 5},
        lambda *report: None,
    )
    manifest = load_dataset("ds-effects").manifest
    assert manifest.effects == [{"effect": "gaussian_noise", "snr": 12.0, "sigma": 0.0}]
    assert manifest.effects_seed == 5
