"""Several pulse angles of one sample: which acquisitions, and what 90°–180° cannot show."""

import numpy as np
import pytest

from nmr_core import Experiment, InputError, Material, Protocol, Sample, generate, preset, simulate
from nmr_core.presets.pulse_angles import ANGLES, pulse_angles
from nmr_core.symmetries import symmetries

KERNELS = ("gaussian", "power_law", "rkky")
SMALL = Experiment(
    Material("gaussian", xi=1.5, alpha_x=0.02, alpha_y=0.015, alpha_z=-0.01),
    Protocol(tau=8),
    Sample(6, 5, "iid"),
)


def difference_of_signs(**pulses) -> float:
    """Largest change of the echo when all couplings change their sign."""
    one = SMALL.replace(**pulses)
    other = one.replace(alpha_x=-0.02, alpha_y=-0.015, alpha_z=0.01)
    return np.abs(simulate(one, seed=1).signal - simulate(other, seed=1).signal).max()


@pytest.mark.parametrize("phase_2", [0.0, 90.0])
def test_after_90_and_180_degrees_the_sign_of_the_coupling_is_invisible(phase_2):
    """The reflection of all spins in x and the rotation by 180° about y map one to the other, for
    any line: no model can tell RKKY (negative) from a positive kernel by its sign.
    """
    assert difference_of_signs(angle_1=90, angle_2=180, phase_2=phase_2) < 1e-14


@pytest.mark.parametrize("pair", [(90, 90), (45, 180), (70, 120)])
def test_other_angles_show_the_sign(pair):
    assert difference_of_signs(angle_1=pair[0], angle_2=pair[1]) > 0.05


def test_fewer_angles_are_the_first_of_more():
    every = pulse_angles(len(ANGLES))
    for n in range(1, len(ANGLES) + 1):
        few = pulse_angles(n)
        assert few == {name: values[:n] for name, values in every.items()}
    assert len(set(ANGLES)) == len(ANGLES)


def test_every_pair_is_applied_at_each_orientation():
    both = pulse_angles(3, (0.0, 90.0))
    assert both["orientation"] == [0, 0, 0, 90, 90, 90]
    assert both["angle_1"][:3] == both["angle_1"][3:] == pulse_angles(3)["angle_1"]
    turned = preset("pulse_angles_rkky").measure(**both).experiments()
    assert [e.protocol.orientation for e in turned] == both["orientation"]


@pytest.mark.parametrize("wrong", [(0, (0.0,)), (99, (0.0,)), (2, ())])
def test_impossible_requests_are_refused(wrong):
    with pytest.raises(InputError, match="n_angles must be between 1 and 8"):
        pulse_angles(*wrong)


def test_fewer_angles_give_the_same_bytes_of_the_same_samples():
    some = [
        generate(
            preset("pulse_angles_gaussian").measure(**pulse_angles(n)).fix(n_x=6, n_y=6), 3, seed=4
        )
        for n in (2, 3)
    ]
    assert some[0].signals.tobytes() == some[1].signals[:, :2].tobytes()
    assert some[0].parameters.equals(some[1].parameters)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_acquisitions_of_a_preset_have_no_common_symmetry(kernel):
    """Nothing but 90°–180° leaves the mirror image of an echo among the possible ones."""
    assert symmetries(preset(f"pulse_angles_{kernel}")) == ()
