"""Several data sets as one: each curve with its own parameters, mixed, in bounded memory."""

import gc
import tracemalloc
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nmr_core import InputError, generate, load_dataset, preset, train
from nmr_core.datasets.audit import audit
from nmr_core.datasets.imported import imported
from nmr_core.datasets.joined import draws, join
from nmr_core.datasets.store import store_dataset
from nmr_core.learning.splits import split_samples

WEAK = {"n_x": 20, "n_y": 20, "tau": 3, "acquire": 6}
NAMES = ("gaussian", "power_law", "rkky")


def _weak(kernel: str, n: int, seed: int, **options):
    small = preset(f"gsoc_2021_weak_{kernel}").fix(**WEAK)
    return generate(small, n, seed=seed, part_size=4, title=f"Weak {kernel}", **options)


@pytest.fixture(scope="module")
def sources():
    """Three kernels, 12, 8 and 10 samples; the first and the last with the same seed."""
    return [
        _weak(kernel, n, seed)
        for kernel, n, seed in zip(NAMES, (12, 8, 10), (1, 2, 1), strict=True)
    ]


@pytest.fixture(scope="module")
def joined(sources):
    return join(sources)


def test_every_curve_keeps_its_parameters(sources, joined):
    assert len(joined) == 30
    assert joined.signals.shape == (30, 1, sources[0].signals.shape[2])
    for source, kernel in zip(sources, NAMES, strict=True):
        mine = np.flatnonzero(joined.parameters["kernel"] == kernel)
        assert np.array_equal(joined.signals[mine], source.signals)
        for name in ("alpha_x", "alpha_z", "W_tot", "W", "omega_p", "length_scale"):
            assert np.array_equal(joined.parameters.loc[mine, name], source.parameters[name])


def test_what_only_some_have_comes_from_the_others_presets(sources, joined):
    kernel = joined.parameters["kernel"]
    own = {"gaussian": "xi", "power_law": "p", "rkky": "xi"}
    for source, name in zip(sources, NAMES, strict=True):
        mine = joined.parameters[kernel == name]
        assert np.array_equal(mine[own[name]], source.parameters[own[name]])
    assert (joined.parameters.loc[kernel == "power_law", "xi"] == sources[1].preset.base.xi).all()
    assert (joined.parameters.loc[kernel != "power_law", "p"] == sources[0].preset.base.p).all()
    assert "n_redrawn" not in joined.parameters
    assert not joined.parameters.isna().any(axis=None)


def test_the_length_scale_of_2021(joined):
    p = joined.parameters
    expected = np.sqrt(p["W_tot"] / (2 * p["alpha_x"] + p["alpha_z"])).to_numpy()
    assert p["length_scale"].to_numpy() == pytest.approx(expected, rel=1e-4)


def test_it_is_a_data_set_without_preset_that_says_where_it_comes_from(sources, joined):
    m = joined.manifest
    assert joined.preset is None
    assert m.source == f"Joined from {', '.join(source.manifest.id for source in sources)}."
    assert [origin["preset"] for origin in m.joined] == [
        source.manifest.preset for source in sources
    ]
    assert m.title == "Weak gaussian + Weak power_law + Weak rkky"
    assert joined.spec("kernel").values == ("gaussian", "power_law", "rkky")
    assert joined.spec("alpha_x").unit == "MHz"
    assert set(joined.targets) == {
        "alpha_x",
        "alpha_z",
        "W_tot",
        "W",
        "omega_p",
        "length_scale",
        "xi",
        "p",
    }
    assert audit(joined).clean


def test_the_kernels_are_mixed_along_the_whole(joined):
    for third in np.split(joined.parameters["kernel"].to_numpy(), 3):
        assert set(third) == set(NAMES)


def test_it_is_stored_and_read_again(joined, data_folder):
    folder = store_dataset(join(joined.sources, "Three kernels"), "ds-three", "me")
    again = load_dataset("ds-three")
    assert again.digest() == joined.digest()
    assert (again.manifest.title, again.manifest.owner, again.path) == (
        "Three kernels",
        "me",
        folder,
    )
    pd.testing.assert_frame_equal(again.parameters, joined.parameters, check_dtype=False)
    assert np.array_equal(draws(again.manifest), draws(joined.manifest))
    assert np.array_equal(again.curves([29, 3]), joined.signals[[29, 3]])
    assert again.with_effects("gaussian_noise:snr=20").signals.shape == joined.signals.shape


@pytest.mark.parametrize("owners", [("me", "me"), ("me", "you")])
def test_the_owner_is_that_of_all(owners):
    several = [_weak("gaussian", 3, seed, owner=owner) for seed, owner in enumerate(owners)]
    assert join(several).manifest.owner == ("me" if owners[0] == owners[1] else "")


def test_samples_of_one_seed_share_their_draw_and_the_side_of_the_split(sources, joined):
    """The 1st and the 3rd data set have one seed: k-th samples share couplings and offsets."""
    number, kernel = draws(joined.manifest), joined.parameters["kernel"].to_numpy()
    for k in range(30):
        same = np.flatnonzero(number == number[k])
        assert len(same) == (
            2
            if kernel[k] != "power_law"
            and (joined.parameters["alpha_x"] == joined.parameters["alpha_x"][k]).sum() == 2
            else 1
        )
    run = train(joined, targets=["alpha_x"], model="mean", split=8, seed=1)
    test = run.predictions["sample"].to_numpy()
    assert not set(number[test]) & set(np.delete(number, test))


def test_other_seeds_are_other_draws():
    several = join([_weak(kernel, 5, seed) for kernel, seed in zip(NAMES, (1, 2, 3), strict=True)])
    assert len(np.unique(draws(several.manifest))) == 15
    assert len(split_samples(15, 3, 0, draws=draws(several.manifest))[1]) == 3


def test_the_kernel_can_be_learned():
    several = join([_weak(kernel, 30, seed) for seed, kernel in enumerate(NAMES)])
    run = train(
        several,
        targets=["kernel"],
        model="extra_trees",
        model_options={"n_estimators": 20},
        split=18,
    )
    assert run.classes == tuple(sorted(NAMES))
    assert run.scores["support"].tolist() == [6, 6, 6]


def test_memory_does_not_grow_with_the_number_of_curves(tmp_path, monkeypatch):
    monkeypatch.setattr("nmr_core.datasets.joined.PART_SIZE", type("Spec", (), {"default": 10}))

    def made(n: int, seed: int):
        rng = np.random.default_rng(seed)
        signals = rng.random((n, 1, 8000), dtype=np.float32).view(np.complex64)
        data = imported(
            pd.DataFrame({"alpha": rng.random(n)}), signals, np.arange(4000.0), source="a test"
        )
        data.manifest = replace(data.manifest, part_size=10)
        data.save(tmp_path / f"{n}-{seed}")
        return load_dataset(tmp_path / f"{n}-{seed}")

    def peak(n: int) -> int:
        several = [made(n, seed) for seed in range(2)]
        gc.collect()
        tracemalloc.start()
        try:
            join(several).save(tmp_path / f"joined-{n}")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small = peak(60)
    assert peak(180) - small < 1.5e6, "7.7 MB more curves"


def test_too_few_or_the_same_twice_or_joined_already(sources, joined):
    with pytest.raises(InputError, match="at least two data sets, got 1"):
        join(sources[:1])
    with pytest.raises(InputError, match=f"{sources[0].manifest.id} is there twice"):
        join([sources[0], sources[1], sources[0]])
    with pytest.raises(InputError, match=f"{joined.manifest.id} was joined from others already"):
        join([joined, sources[0]])


def test_other_time_points_are_refused_with_both_stated(sources):
    longer = generate(preset("gsoc_2021_weak_rkky").fix(**WEAK | {"acquire": 8}), 3, seed=5)
    with pytest.raises(
        InputError,
        match=r"has \d+ points from .* µs, .* has \d+ points .* Only data sets on the same time",
    ):
        join([sources[0], longer])


def test_other_pulses_are_refused(sources):
    turned = generate(preset("gsoc_2021_weak_rkky").fix(**WEAK, angle_2=120), 3, seed=5)
    with pytest.raises(InputError, match=r"differ in their settings: angle_2 = 180.0 and 120"):
        join([sources[0], turned])
    several = generate(
        preset("gsoc_2021_weak_rkky").fix(**WEAK).measure(angle_2=(180, 120)), 3, seed=5
    )
    with pytest.raises(InputError, match=r"differ in their settings: 1 and 2 echoes per sample"):
        join([sources[0], several])


def test_a_column_that_cannot_be_known_for_all_is_left_out(sources):
    foreign = imported(
        pd.DataFrame({"alpha_x": [0.1, 0.2]}),
        sources[0].signals[:2],
        sources[0].time,
        source="a test",
        settings=[{}],
    )
    plain = imported(
        pd.DataFrame({"alpha_x": [0.1, 0.2], "d": [1.0, 2.0]}),
        sources[1].signals[:2],
        sources[0].time,
        source="a test",
        settings=[{}],
    )
    assert list(join([foreign, plain]).parameters) == ["alpha_x"]
