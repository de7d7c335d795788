"""Every lab: its numbers, its figures, its contract."""

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.labs.registry import LABS, get
from nmr_core.plots import DARK, LIGHT
from nmr_core.plots.labs import lab_figures

REFERENCES = [(lab, reference) for lab in LABS.values() for reference in lab.references]


@pytest.mark.parametrize(
    ("lab", "reference"), REFERENCES, ids=lambda value: getattr(value, "slug", "")
)
def test_a_lab_reproduces_its_numbers(lab, reference):
    number = lab.run(reference.state).number(reference.number)
    assert number.value == pytest.approx(reference.value, rel=0.1)


@pytest.mark.parametrize("lab", LABS.values(), ids=list(LABS))
def test_a_lab_keeps_its_contract(lab):
    state = lab.complete()
    for control in lab.controls:
        assert control.default in control.options
        assert [control.parse(str(option)) for option in control.options] == list(control.options)
        assert len(set(map(str, control.options))) == len(control.options)
    assert "seed" in state
    result = lab.run({})
    answer = result.number(lab.guess.number).value
    assert lab.guess.low < answer < lab.guess.high
    assert lab.references
    with pytest.raises(InputError):
        lab.run({"colour": 3})
    with pytest.raises(InputError):
        lab.run({"seed": "many"})


@pytest.mark.parametrize("lab", LABS.values(), ids=list(LABS))
def test_a_lab_draws_one_result_and_several(lab):
    seed = next(control for control in lab.controls if control.key == "seed")
    other = lab.run({"seed": seed.options[1]})
    alone = lab_figures(lab, {"now": lab.run({})}, LIGHT)
    both = lab_figures(lab, {"now": lab.run({}), "<b>pinned</b>": other}, DARK)
    assert list(alone) == list(both)
    first = next(iter(alone))
    assert len(both[first].data) > len(alone[first].data)
    assert not any("<b>" in (trace.name or "") for trace in both[first].data)
    for figure in alone.values():
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text
        assert all(np.size(trace.x) for trace in figure.data)


def test_labs_are_in_the_order_of_their_numbers():
    numbers = [lab.number for lab in LABS.values()]
    assert numbers == sorted(set(numbers))
    assert all(slug == lab.slug for slug, lab in LABS.items())


def test_an_unknown_lab_is_refused():
    with pytest.raises(InputError, match="overfit"):
        get("astrology")
