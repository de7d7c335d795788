"""A proof on tiny lattices: a gain that physics demands, and one that is none."""

from dataclasses import replace

import pandas as pd
import pytest

from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.comparing import Ratio
from nmr_core.design.proof.job import prove_job
from nmr_core.design.proof.proof import NO_PROMISE
from nmr_core.design.proof.prove import prove
from nmr_core.design.proof.store import DOCUMENT, find_proof, load_proof
from nmr_core.design.result import DesignResult
from nmr_core.design.settings import Design, Setting
from nmr_core.design.store import design_folder, save_design
from nmr_core.errors import InputError
from nmr_core.presets import preset

HAHN = Setting.of(angle_1=90.0, angle_2=180.0)
TILTED = Setting.of(angle_1=45.0, angle_2=90.0)
SIZES = {"n_train": 192, "n_test": 96, "n_repeats": 1, "n_random": 2}


def problem(default):
    """Anisotropy alone: hardly visible after 90 and 180 degrees, where m_z is 0 at first."""
    material = preset("pulse_angle_sweep").fix(n_x=8, n_y=8, tau=10, xi=4.0, omega_p=2.0)
    return DesignProblem.of(
        material,
        candidates=[HAHN, TILTED],
        default=[default],
        noise=0.003,
        budget=4.0,
        seed=5,
    )


def result(promised):
    """What the ranking would return, without its tables."""
    one = problem(HAHN)
    return DesignResult(
        key="design-0123456789abcdef",
        question=one.to_dict(),
        names=one.names,
        specs=one.specs,
        criterion="weighted",
        ranking=pd.DataFrame(),
        designs=pd.DataFrame(),
        parameters=pd.DataFrame(),
        default=Design.of({HAHN: 4}),
        proposed=Design.of({TILTED: 4}),
        promised=promised,
        unknown={},
        n_selection=0,
        n_materials=0,
        seed=5,
        seconds=0.0,
    )


@pytest.fixture(scope="module")
def proof():
    return prove(problem(HAHN), Design.of([TILTED]), **SIZES)


def test_anisotropy_needs_a_pulse_that_leaves_magnetisation_along_the_field(proof):
    assert proof.holds
    assert proof.realised.value < 0.5
    assert proof.verdict == "realised"
    assert proof.sentence.startswith("The gain is realised: the error is × 0.")
    assert "promised" not in proof.sentence


def test_rows_of_the_table(proof):
    table = proof.table.set_index("name")
    assert list(table.index) == ["proposed", "default", "random best", "random control"]
    assert (table["seconds"] == 4.0).all()
    assert table.loc["default", ["ratio", "low", "high"]].tolist() == [1, 1, 1]
    assert table.loc["proposed", "ratio"] == proof.realised.value
    assert list(proof.names) == ["anisotropy"]
    assert table["error_anisotropy"].tolist() == pytest.approx(table["error"].tolist())
    # The prior has the standard deviation 0.29 of the range
    assert table.loc["proposed", "error"] < 0.05
    assert table.loc["default", "error"] < 0.35
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
    assert "promised was × 0.20 (0.15 to 0.25)" in (
        replace(proof, promised=Ratio(0.2, 0.15, 0.25)).sentence
    )


def test_a_gain_whose_interval_reaches_one_is_marked(proof):
    unsure = replace(proof, realised=Ratio(0.9, 0.78, 1.04))
    assert not unsure.holds
    assert unsure.verdict == "not realised"
    assert unsure.sentence.startswith("The gain is not realised")
    none = replace(unsure, promised=Ratio(0.98, 0.92, 1.02))
    assert none.sentence.startswith("No gain was promised, and none is realised: the error is × 0")


def test_a_design_whose_interval_is_above_one_is_worse(proof):
    worse = replace(proof, realised=Ratio(1.4, 1.2, 1.7))
    assert worse.verdict == "worse"
    assert worse.sentence.startswith("The proposed design is worse: its error is × 1.40")


def test_proof_of_a_stored_design_is_stored_beside_it(proof):
    kept = result(promised=Ratio(0.3, 0.2, 0.4))
    save_design(kept)
    assert find_proof(kept.key) is None
    done = prove_job({"design": kept.key, "n_jobs": 1} | SIZES)
    loaded = load_proof(kept.key)
    assert done == {"design": kept.key, "holds": True, "summary": loaded.sentence}
    assert loaded.promised == kept.promised
    assert loaded.realised == proof.realised
    expected = proof.table.drop(columns=["promised", "promised_low", "promised_high"])
    pd.testing.assert_frame_equal(loaded.table[expected.columns], expected)
    (design_folder(kept.key) / DOCUMENT).write_text("{}")
    assert find_proof(kept.key) is None


def test_what_cannot_be_proven():
    with pytest.raises(InputError, match="A problem alone has no design to prove"):
        prove(problem(HAHN))
    with pytest.raises(InputError, match="has no stored proof"):
        load_proof("design-none")
    with pytest.raises(InputError, match="needs the key of a stored design, got '3'"):
        prove_job({"design": 3})
    with pytest.raises(InputError, match="learner must be one of"):
        prove(problem(HAHN), Design.of([HAHN]), learner="oracle")


@pytest.mark.parametrize("option", ["n_train", "n_test", "n_repeats", "n_random"])
def test_numbers_out_of_range(option):
    with pytest.raises(InputError):
        prove(problem(HAHN), Design.of([HAHN]), **SIZES | {option: 0})
