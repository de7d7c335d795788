"""Symmetries of an ensemble: what is found holds on fresh full-size curves, and what the physics
breaks is not claimed.
"""

import numpy as np
import pytest

from nmr_core import PRESETS, SYMMETRIES, InputError, Row, generate, preset, table_preset
from nmr_core.effects import EFFECTS, Context
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.offsets import draw_offsets
from nmr_core.symmetries import Symmetry, symmetries, symmetries_of

WITHOUT = (
    "ml4sci_2020",
    *(name for name in PRESETS if "_weak_" in name or name.startswith("pulse_angle")),
)
"""Presets without a symmetry: odd pulses, counter-rotating terms, one line for all curves."""
FOUND = {name: () if name in WITHOUT else ("mirror_re",) for name in PRESETS}


def names(found) -> tuple[str, ...]:
    return tuple(symmetry.name for symmetry in found)


def mirrored(experiments, seed: int, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Curves of all settings with offsets delta and -delta."""
    delta = draw_offsets(experiments[0].sample, seed)
    offsets = np.stack([delta] * len(experiments))
    return Batch(experiments, offsets, dtype).run(), Batch(experiments, -offsets, dtype).run()


def test_candidates_are_registered_by_name_and_do_what_their_label_says():
    M = np.array([[1 + 2j, -3 + 0.5j]], np.complex64)
    mapped = {name: symmetry.apply(M)[0, 0] for name, symmetry in SYMMETRIES.items()}
    assert mapped == {
        "mirror_re": -1 + 2j,
        "mirror_im": 1 - 2j,
        "swap": 2 + 1j,
        "swap_negative": -2 - 1j,
        "negative": -1 - 2j,
        "turn": -2 + 1j,
        "turn_back": 2 - 1j,
    }
    assert all(
        name == symmetry.name and isinstance(symmetry, Symmetry)
        for name, symmetry in SYMMETRIES.items()
    )


@pytest.mark.parametrize("name", SYMMETRIES)
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_a_map_keeps_type_shape_and_input_and_is_exact(name, dtype):
    rng = np.random.default_rng(0)
    M = (rng.normal(size=(3, 2, 5)) + 1j * rng.normal(size=(3, 2, 5))).astype(dtype)
    kept, mapped = M.copy(), SYMMETRIES[name].apply(M)
    assert (mapped.dtype, mapped.shape) == (M.dtype, M.shape)
    assert M.tobytes() == kept.tobytes()
    again = M
    for _ in range(4):
        again = SYMMETRIES[name].apply(again)
    assert (again == M).all()
    assert (np.abs(mapped) == np.abs(M)).all()


def test_real_numbers_are_refused():
    with pytest.raises(InputError, match=r"maps complex curves, got float64\. Pass M"):
        SYMMETRIES["mirror_re"].apply(np.ones(3))


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_found_for_every_preset(name):
    assert names(symmetries(PRESETS[name])) == FOUND[name]


@pytest.mark.parametrize("name", [name for name, found in FOUND.items() if found])
def test_a_symmetry_holds_on_fresh_draws_of_another_lattice_and_the_whole_protocol(name):
    """Not the draws, the offsets, the lattice or the grid by which it was found; 1e-6 because
    round-off grows on the way.
    """
    small = PRESETS[name]
    for seed in (11, 12):
        drawn = small.draw_sample(np.random.default_rng(seed)).experiments
        experiments = [
            e.replace(n_x=8, n_y=5, tau=min(e.protocol.tau, 25.0), acquire=0.0) for e in drawn
        ]
        plus, minus = mirrored(experiments, seed, "float64")
        assert np.abs(plus).max() > 0.1
        for symmetry in symmetries(PRESETS[name]):
            np.testing.assert_allclose(symmetry.apply(plus), minus, atol=1e-6)


@pytest.mark.parametrize("name", ["ml4sci_2020_secular", "deeplearn_2024_rkky", "lab"])
def test_full_size_float32_curves_obey_it(name):
    experiments = list(PRESETS[name].draw_sample(np.random.default_rng(5)).experiments)
    plus, minus = mirrored(experiments, 3, "float32")
    np.testing.assert_allclose(SYMMETRIES["mirror_re"].apply(plus), minus, atol=3e-5)
    assert np.abs(plus - minus).max() > 1e-3


def test_what_breaks_it_breaks_it_visibly():
    """The sweep's pulses leave a magnetisation along z: no candidate comes near."""
    experiments = [e.replace(n_x=8, n_y=6) for e in PRESETS["pulse_angle_sweep"].experiments()[:3]]
    plus, minus = mirrored(experiments, 3, "float64")
    assert (
        min(np.abs(symmetry.apply(plus) - minus).max() for symmetry in SYMMETRIES.values()) > 1e-3
    )


def test_counter_rotating_terms_break_it_visibly():
    experiment = PRESETS["ml4sci_2020"].build(alpha=0.18, p=2.2, d=5.0).replace(n_x=12, n_y=12)
    plus, minus = mirrored([experiment], 3, "float64")
    assert np.abs(SYMMETRIES["mirror_re"].apply(plus) - minus).max() > 1e-2


def test_the_distribution_of_curves_stays_the_same():
    """Re M, whose mean must vanish, against its own standard error at every point; Im M has a mean
    far from zero.
    """
    dataset = generate(preset("ml4sci_2020_secular").fix(n_x=10, n_y=10, tau=10.0), 300, seed=7)
    M = dataset.signals[:, 0]
    for part, vanishes in ((M.real, True), (M.imag, False)):
        z = part.mean(0) / (part.std(0) / np.sqrt(len(part)) + 1e-12)
        assert (np.abs(z).max() < 4.5) == vanishes
    assert names(symmetries_of(dataset)) == ("mirror_re",)


@pytest.mark.parametrize(
    ("held", "found"),
    [
        ({"angle_2": 150.0}, ("mirror_re",)),
        ({"phase_2": 0.0}, ("mirror_re",)),
        ({"alpha_x": 0.1, "alpha_y": 0.02}, ("mirror_re",)),
        ({"p_w": 0.5}, ("mirror_re",)),
        ({"alpha_z": 0.1}, ("mirror_re",)),
        ({"phase_1": 90.0}, ("mirror_im",)),
        ({"phase_1": 45.0, "phase_2": 45.0}, ("swap_negative",)),
        ({"phase_1": -45.0, "phase_2": 45.0}, ("swap",)),
        ({"sequence": "90x 5us 180y 10us"}, ("mirror_re",)),
        ({"sequence": "cpmg"}, ("mirror_re",)),
        ({"sequence": "fid"}, ("mirror_re",)),
        ({"lattice": "hexagonal"}, ("mirror_re",)),
        ({"gamma_1": 0.01, "gamma_2": 0.01}, ("mirror_re",)),
        ({"integrator": "exponential_midpoint"}, ("mirror_re",)),
        ({"angle_1": 80.0}, ()),
        ({"angle_2": 150.0, "phase_2": 0.0}, ()),
        ({"gamma_1": 0.01}, ()),
        ({"carrier": 10.0}, ()),
        ({"carrier": 10.0, "carrier_axis": 90.0, "carrier_phase": "step_end"}, ()),
        ({"offsets": "frozen"}, ()),
        ({"phase_2": 45.0}, ()),
        ({"phase_1": 45.0}, ()),
        ({"angle_1": 180.0}, ()),
        ({"phase_1": 45.0, "phase_2": 45.0, "alpha_x": 0.1, "alpha_y": 0.0}, ()),
    ],
    ids=str,
)
def test_held_values_decide(held, found):
    assert names(symmetries(preset("ml4sci_2020_secular").fix(**held))) == found


def test_all_settings_must_share_the_map():
    two = preset("ml4sci_2020_secular")
    assert names(symmetries(two.measure(angle_2=[60.0, 150.0]))) == ("mirror_re",)
    assert symmetries(two.measure(angle_1=[90.0, 60.0])) == ()
    assert symmetries(two.measure(phase_1=[0.0, 90.0])) == ()


def test_a_prior_that_draws_the_pulse_breaks_it_however_rarely():
    base = preset("ml4sci_2020_secular")
    kernels = [
        Row("kernel", "choice", values=("gaussian", "power_law")),
        Row("alpha_x", low=0.0, high=0.1),
    ]
    assert names(symmetries(table_preset(kernels, base))) == ("mirror_re",)
    assert symmetries(table_preset([Row("angle_1", low=80, high=100)], base)) == ()
    rare = (90.0,) * 19 + (70.0,)
    assert symmetries(table_preset([Row("angle_1", "choice", values=rare)], base)) == ()
    assert names(
        symmetries(table_preset([Row("angle_1", "choice", values=[90.0]), *kernels], base))
    ) == ("mirror_re",)


def test_the_answer_is_remembered():
    from nmr_core.symmetries import _tested

    symmetries(preset("lab"))
    before = _tested.cache_info().hits
    symmetries(preset("lab"))
    assert _tested.cache_info().hits == before + 1


@pytest.fixture(scope="module")
def small():
    return preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=3.0)


@pytest.mark.parametrize("effect", EFFECTS)
def test_effects_keep_or_break_it(small, effect):
    dataset = generate(small, 4, seed=1, effects=effect)
    assert bool(symmetries_of(dataset)) == EFFECTS[effect].keeps_symmetry


@pytest.mark.parametrize(
    "effect", [name for name, kind in EFFECTS.items() if kind.keeps_symmetry and not kind.simulated]
)
@pytest.mark.parametrize("name", SYMMETRIES)
def test_an_effect_that_keeps_it_commutes_in_distribution(small, effect, name):
    """Mean and covariance of the points, over many draws, of the mapped curve with the effect and
    of the curve with the effect, mapped; exactly the same curve where nothing is random."""
    made = EFFECTS[effect](**{"fraction": 0.3} if effect == "missing_points" else {})
    symmetry, n = SYMMETRIES[name], 3000
    protocol = small.experiments()[0].protocol
    context, rng = Context.of(protocol), np.random.default_rng(0)
    M = (0.2 * np.exp(1j * np.linspace(0, 4, len(protocol.time)))).astype(np.complex64)[None, None]

    def seen(curve):
        draws = np.stack([made.draw(context, 1, rng) for _ in range(n)])
        return made.change(context, np.repeat(curve, n, axis=0), draws)[:, 0, ::9]

    one, other = seen(symmetry.apply(M)), symmetry.apply(seen(M))
    if effect in ("dead_time", "clipping"):
        assert (one == other).all()
        return
    a, b = (np.concatenate([part.real, part.imag], axis=1).astype(float) for part in (one, other))
    sd = a.std(0) + 1e-6
    assert (np.abs(a.mean(0) - b.mean(0)) < 6 * sd / np.sqrt(n / 2)).all()
    covariances = [np.cov(x.T) / np.outer(sd, sd) for x in (a, b)]
    assert np.abs(covariances[0] - covariances[1]).max() < 0.2


def test_a_wrong_line_width_is_as_symmetric_and_a_wrong_pulse_angle_is_not(small):
    rng = np.random.default_rng(2)
    for effect, holds in (("line_width_error", True), ("pulse_angle_error", False)):
        experiments = EFFECTS[effect](sd=10).prepare(small.experiments(), rng)
        plus, minus = mirrored(experiments, 1, "float64")
        assert (np.abs(SYMMETRIES["mirror_re"].apply(plus) - minus).max() < 1e-9) == holds


def test_curves_of_unknown_origin_have_none(small):
    from dataclasses import replace

    from nmr_core import EchoDataset

    dataset = generate(small, 4, seed=1)
    manifest = replace(dataset.manifest, preset=dataset.manifest.preset | {"name": ""})
    unknown = EchoDataset(manifest, None, dataset.signals, dataset.parameters)
    assert unknown.preset is None
    assert symmetries_of(unknown) == ()
