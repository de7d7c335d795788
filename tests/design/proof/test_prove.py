"""A proof on tiny lattices: a gain that physics demands, and one that is none."""

from dataclasses import replace

import pytest

from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.comparing import Ratio
from nmr_core.design.proof.proof import NO_PROMISE
from nmr_core.design.proof.prove import prove_design
from nmr_core.design.settings import Design, Setting
from nmr_core.errors import InputError
from nmr_core.presets import preset

HAHN = Setting.of(angle_1=90.0, angle_2=180.0)
TILTED = Setting.of(angle_1=45.0, angle_2=90.0)
SIZES = {"n_train": 160, "n_test": 80, "n_repeats": 2, "n_random": 2}


def problem(default):
    """Anisotropy alone: invisible after 90 and 180 degrees, where m_z is 0."""
    material = preset("pulse_angle_sweep").fix(n_x=8, n_y=8, tau=10, xi=4.0)
    return DesignProblem.of(
        material,
        candidates=[HAHN, TILTED],
        default=[default],
        noise=0.003,
        budget=4.0,
        weights={"omega_p": 0.0, "anisotropy": 1.0},
        seed=5,
    )


@pytest.fixture(scope="module")
def proof():
    return prove_design(
        problem(HAHN), Design.of([TILTED]), promised=Ratio(0.2, 0.15, 0.25), key="d", **SIZES
    )


def test_anisotropy_needs_a_pulse_that_leaves_magnetisation_along_the_field(proof):
    assert proof.holds
    assert proof.realised.value < 0.5
    assert proof.verdict == "realised"
    assert proof.sentence.startswith("The gain is realised: the error is × 0.")
    assert "promised was × 0.20 (0.15 to 0.25)" in proof.sentence


def test_rows_of_the_table(proof):
    table = proof.table.set_index("name")
    assert list(table.index) == ["proposed", "default", "random best", "random control"]
    assert (table["seconds"] == 4.0).all()
    assert table.loc["default", ["ratio", "low", "high"]].tolist() == [1, 1, 1]
    assert table.loc["proposed", "ratio"] == proof.realised.value
    assert table["promised"].notna().tolist() == [True, False, False, False]
    assert list(proof.names) == ["anisotropy"]
    assert table["error_anisotropy"].tolist() == pytest.approx(table["error"].tolist())
    # The prior has the standard deviation 0.29 of the range; a Hahn echo leaves most of it
    assert 0.15 < table.loc["default", "error"] < 0.35
    assert proof.proposed == Design.of({TILTED: 4})


def test_random_best_is_the_better_of_the_two(proof):
    table = proof.table.set_index("name")
    assert table.loc["random best", "label"] == Design.of({TILTED: 4}).label
    assert table.loc["random best", "error"] == pytest.approx(table.loc["proposed", "error"])
    both = table.loc[["proposed", "default"], "error"].mean()
    assert table.loc["random control", "error"] == pytest.approx(both)


def test_agreement_of_promised_and_realised(proof):
    ratio = proof.realised.value
    assert replace(proof, promised=Ratio(ratio * 1.1, 0, 1)).agrees
    assert not replace(proof, promised=Ratio(ratio * 1.3, 0, 1)).agrees
    assert not replace(proof, promised=NO_PROMISE).agrees


def test_a_worse_design_is_called_worse(proof):
    mirrored = prove_design(problem(TILTED), Design.of([HAHN]), **SIZES)
    assert mirrored.verdict == "worse"
    assert not mirrored.holds
    # The same two designs on the same materials
    assert mirrored.realised.value == pytest.approx(1 / proof.realised.value, rel=1e-6)


def test_the_default_has_no_gain():
    same = prove_design(problem(HAHN), Design.of([HAHN]), **SIZES | {"n_random": 1})
    assert (same.realised.value, same.realised.low, same.realised.high) == (1, 1, 1)
    assert same.verdict == "not realised"
    assert same.sentence.startswith("The gain is not realised")


@pytest.mark.parametrize("option", ["n_train", "n_test", "n_repeats", "n_random"])
def test_numbers_out_of_range(option):
    with pytest.raises(InputError):
        prove_design(problem(HAHN), Design.of([HAHN]), **SIZES | {option: 0})
