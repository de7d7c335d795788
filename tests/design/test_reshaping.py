"""The proposal of a ranking, shaped, and judged on materials that neither of both has seen."""

from dataclasses import replace

import pandas as pd
import pytest

from nmr_core.design.proof.comparing import Ratio
from nmr_core.design.reshaped_store import DOCUMENT, find_shaped, shape_job
from nmr_core.design.reshaping import shape_proposal, shaped_fields
from nmr_core.design.result import DesignResult
from nmr_core.design.settings import Design, Setting
from nmr_core.design.store import design_folder, save_design
from nmr_core.errors import InputError
from nmr_core.progress import silent
from tests.design.small import small_problem, uncoupled

SIZES = {"n_shaping": 32, "n_materials": 64}


def ranked(problem, proposed):
    """What a ranking returns, without its tables."""
    return DesignResult(
        key="design-0123456789abcdef",
        question=problem.to_dict(),
        names=problem.names,
        specs=problem.specs,
        criterion="weighted",
        ranking=pd.DataFrame(),
        designs=pd.DataFrame(),
        parameters=pd.DataFrame(),
        default=problem.default,
        proposed=proposed,
        promised=Ratio(1, 1, 1),
        unknown={},
        n_selection=0,
        n_materials=0,
        seed=0,
        seconds=0.0,
    )


@pytest.fixture(scope="module")
def result():
    problem = uncoupled(vary={"tau": [10, 60]}, default=[{"tau": 10}], budget=4, noise=0.02)
    return ranked(problem, Design.of({Setting.of(tau=10): 4}))


@pytest.fixture(scope="module")
def shaped(result):
    return shape_proposal(result, **SIZES)


def test_without_coupling_a_longer_delay_is_found_and_is_better_on_other_materials(shaped):
    assert shaped.fields == ("tau",)
    assert shaped.found.settings[0].to_dict()["tau"] > 30
    assert shaped.improved
    assert shaped.design == shaped.found
    assert shaped.moves == (0,)
    # The proposal is the default
    assert shaped.to_default == shaped.ratio
    assert shaped.proposed_to_default.value == 1
    assert shaped.sentence.startswith("Shaping pays: τ ")


def test_a_gain_whose_interval_reaches_one_is_none(shaped):
    unsure = replace(shaped, ratio=Ratio(0.98, 0.95, 1.01))
    assert not unsure.improved
    assert unsure.design == unsure.proposed
    assert unsure.sentence.startswith("Shaping gains nothing: on other materials")
    same = replace(shaped, found=shaped.proposed, ratio=Ratio(1, 1, 1))
    assert same.sentence.startswith("Shaping gains nothing: no other values")


def test_each_acquisition_moves_to_the_nearest_one(shaped):
    several = replace(
        shaped,
        fields=("angle_2",),
        proposed=Design.of([Setting.of(angle_2=angle) for angle in (30, 110, 180)]),
        found=Design.of([Setting.of(angle_2=angle) for angle in (170, 35)]),
    )
    assert several.moves == (1, 0, 0)


def test_a_job_stores_it_beside_the_ranking(result, shaped):
    save_design(result)
    assert find_shaped(result.key) is None
    steps = []
    params = {"design": result.key, "fields": ["tau"], "n_jobs": 1, "owner": "ada"} | SIZES
    done = shape_job(params, lambda n, total, _: steps.append(n / total))
    assert done == {"design": result.key, "improved": True, "summary": shaped.sentence}
    assert steps == sorted(steps)
    assert steps[-1] == 1
    stored = find_shaped(result.key)
    assert replace(stored, seconds=0.0).sentence == shaped.sentence
    assert (stored.found, stored.ratio) == (shaped.found, shaped.ratio)
    (design_folder(result.key) / DOCUMENT).write_text("{}")
    assert find_shaped(result.key) is None


def test_what_varies_is_shaped():
    assert shaped_fields(small_problem()) == ("angle_2",)
    assert shaped_fields(small_problem(vary={"angle_2": [60], "tau": [5, 10]})) == ("tau",)
    listed = small_problem(sequences=["90x 10us 150y", "90x 20us 60y"])
    assert shaped_fields(listed) == ("angle_2",)


@pytest.mark.parametrize("params", [{}, {"design": 3}, {"design": "design-a", "fields": "tau"}])
def test_parameters_of_another_job_are_one_sentence(params):
    with pytest.raises(InputError, match="needs the key of a stored design and a list of fields"):
        shape_job(params, silent)
