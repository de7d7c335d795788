"""The presets of 2021 against numbers that were printed with the published data."""

import numpy as np
import pytest

from nmr_core import generate, preset, simulate
from nmr_core.samples import sample_arrays
from nmr_core.simulator.analytic import uncoupled_magnitude

KERNELS = ("gaussian", "power_law", "rkky")
UNCOUPLED = {"alpha_x": 0.0, "alpha_y": 0.0, "alpha_z": 0.0, "xi": 2.0, "p": 3.0}
PRINTED_LOSS = 0.00373
"""Of |M| in the first step of the strong set, as a fraction."""


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_weak_record_starts_at_m_0_and_has_its_echo_at_point_628(kernel):
    experiment = preset(f"gsoc_2021_weak_{kernel}").build(**UNCOUPLED)
    M = np.abs(simulate(experiment, seed=0).signal)
    assert len(M) == 942
    assert M[0] == pytest.approx(0.5, abs=1e-12)
    assert 314 + M[314:].argmax() == 628
    assert M[628] == pytest.approx(0.5, abs=1e-12)
    # Printed: .496433 and .496413
    assert M[627] == pytest.approx(M[629], abs=1e-12)
    assert M[[627, 629]] == pytest.approx(0.4964, abs=5e-4)
    assert uncoupled_magnitude(experiment)[627] == pytest.approx(0.49642, abs=2e-5)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_first_step_of_the_strong_set_loses_what_was_printed(kernel):
    experiment = preset(f"gsoc_2021_strong_{kernel}").build(**UNCOUPLED)
    loss = {
        width: 1 - np.divide(*uncoupled_magnitude(experiment.replace(line_width=width))[1::-1])
        for width in (experiment.line_width, 0.05)
    }
    assert loss[0.025] == pytest.approx(0.00377, abs=1e-5)
    assert loss[0.05] == pytest.approx(0.00719, abs=1e-5)
    assert abs(loss[experiment.line_width] - PRINTED_LOSS) < 1e-4


def test_all_curves_of_a_weak_set_share_their_disorder():
    """Without coupling all curves are the same; with a line per curve they are not."""
    weak = preset("gsoc_2021_weak_gaussian").fix(n_x=8, n_y=8, **UNCOUPLED)
    sets = {
        name: generate(weak.fix(**fixed), 3, seed=seed).signals[:, 0]
        for name, fixed, seed in (
            ("published", {}, 0),
            ("other seed", {}, 1),
            ("other list", {"offsets_seed": 2}, 0),
            ("line per curve", {"offsets": "iid"}, 0),
        )
    }
    assert (sets["published"] == sets["published"][0]).all()
    assert np.array_equal(sets["other seed"], sets["published"])
    assert (sets["other list"] == sets["other list"][0]).all()
    assert not np.allclose(sets["other list"], sets["published"])
    assert not np.allclose(sets["line per curve"][0], sets["line per curve"][1])


def test_a_shared_list_gives_the_same_bytes_in_parts():
    weak = preset("gsoc_2021_weak_rkky").fix(n_x=10, n_y=10, tau=8.0, acquire=17.0)
    _, whole = sample_arrays(weak, 5, 0, 6)
    pieces = [sample_arrays(weak, 5, start, stop)[1] for start, stop in ((0, 1), (1, 4), (4, 6))]
    assert np.concatenate(pieces).tobytes() == whole.tobytes()
    both = generate(weak, 6, seed=5, n_jobs=2, part_size=2)
    assert both.signals.tobytes() == whole.tobytes()
