"""Every registered effect keeps the contract: help, numbers, refusals, arrays in and arrays out."""

import copy
import inspect
import json
import math
import pickle
import re
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from nmr_core import EFFECTS, InputError
from nmr_core.effects import apply_effects, effect_from_dict, effects_from_text, effects_text

pytestmark = pytest.mark.parametrize("name", EFFECTS)


def none_of(name: str):
    """The effect at zero strength."""
    return EFFECTS[name](
        **{spec.name: 1e2 if name == "clipping" else 0 for spec in EFFECTS[name].parameters}
    )


def test_it_says_what_it_is(name):
    kind = EFFECTS[name]
    assert kind.name == name
    assert kind.label
    text = inspect.getdoc(kind)
    assert re.search(r"^(References|Notes)\n---", text, re.MULTILINE), "its source, or model"
    assert re.search(r"M\(t|Re M|β \(1 \+ ε\)|Γ \(1 \+ ε\)", kind.help), "its equation, of M(t)"
    assert "---" not in kind.help, "no section of the docstring"
    assert all(f"\n{number} : float\n" in text for number in kind.parameters.names)


def test_its_numbers_are_specified_once(name):
    kind = EFFECTS[name]
    assert kind.parameters.names == tuple(field.name for field in fields(kind))
    assert 1 <= len(kind.parameters) <= 3
    for spec in kind.parameters:
        assert spec.symbol
        assert spec.description.endswith(".")
        assert spec.unit in ("", "%", "°", "µs", "MHz"), "units live in the Parameter"
        assert spec.low <= spec.default <= spec.high
        assert getattr(kind(), spec.name) == spec.default
        assert isinstance(getattr(kind(**{spec.name: int(spec.high)}), spec.name), float)


@pytest.mark.parametrize("value", [math.nan, math.inf, -1, 1e9, "much", None, 10**400])
def test_a_number_out_of_range_is_refused_by_name(name, value):
    for field in EFFECTS[name].parameters.names:
        with pytest.raises(InputError, match=rf"^{name}: {field} must be .*\.$"):
            EFFECTS[name](**{field: value})


def test_it_cannot_be_changed_and_equal_ones_are_equal(name):
    effect, field = EFFECTS[name](), EFFECTS[name].parameters.names[0]
    with pytest.raises(FrozenInstanceError):
        setattr(effect, field, 0.0)
    assert effect == copy.copy(effect) == pickle.loads(pickle.dumps(effect)) == EFFECTS[name]()
    assert hash(effect) == hash(EFFECTS[name]())
    assert effect != none_of(name)


def test_json_and_text_round_trips(name):
    for effect in (
        EFFECTS[name](),
        none_of(name),
        EFFECTS[name](**{EFFECTS[name].parameters.names[0]: 1 / 3}),
    ):
        assert effect_from_dict(json.loads(json.dumps(effect.to_dict(), allow_nan=False))) == effect
        assert effects_from_text(effects_text([effect])) == (effect,)
        assert effect_from_dict({"effect": name}) == EFFECTS[name]()


def test_what_is_not_its_number_is_refused(name):
    for stored in ({"effect": name, "strength": 1}, {"effect": name, "": 1}):
        with pytest.raises(InputError, match=f"^The effect {name} has no number .*; it has "):
            effect_from_dict(stored)
    for value in ("5", True, None, [1]):
        with pytest.raises(InputError, match=f"^{name}: .* must be a number, got "):
            effect_from_dict({"effect": name, EFFECTS[name].parameters.names[0]: value})


def test_arrays_keep_shape_and_type_and_the_input_stays(name, context, curves):
    effect, kept = EFFECTS[name](), curves.copy()
    one = effect.apply(context, curves[0], np.random.default_rng(1))
    several = effect.change(
        context,
        curves,
        np.stack([effect.draw(context, 2, np.random.default_rng(k)) for k in range(40)]),
    )
    assert curves.tobytes() == kept.tobytes()
    assert (one.shape, one.dtype) == (curves[0].shape, np.complex64)
    assert several.shape == curves.shape
    assert np.isfinite(one).all()
    assert np.isfinite(several).all()
    assert not np.shares_memory(one, curves)
    assert (one.tobytes() != curves[0].tobytes()) == (not effect.simulated)


def test_one_sample_is_what_many_are(name, context, curves):
    effect = EFFECTS[name]()
    many = apply_effects([effect], context, curves, 9, 100)
    one = effect.apply(context, curves[3], np.random.default_rng([9, 103, 2, 0]))
    assert one.tobytes() == many[3].tobytes()


def test_zero_strength_is_the_identity(name, context, curves, protocol):
    effect = none_of(name)
    assert apply_effects([effect], context, curves, 1, 0).tobytes() == curves.tobytes()
    assert (
        effect.apply(context, curves[0], np.random.default_rng(1)).tobytes() == curves[0].tobytes()
    )


def test_zeros_and_a_single_point_are_no_problem(name, context):
    """A sample without signal, and a record of one point."""
    from nmr_core.effects import Context

    effect = EFFECTS[name]()
    assert np.isfinite(
        effect.apply(
            context, np.zeros((2, len(context.time)), np.complex64), np.random.default_rng(0)
        )
    ).all()
    short = Context(np.array([1.0]), np.array([0.5]))
    assert effect.apply(short, np.ones((1, 1), np.complex64), np.random.default_rng(0)).shape == (
        1,
        1,
    )


def test_everything_about_it_stands_in_its_class(name):
    """Symmetry, strengths of ``robustness`` and of the error model: none may be forgotten."""
    kind = EFFECTS[name]
    own = vars(kind)
    assert isinstance(own["keeps_symmetry"], bool)
    ladder = own["ladder"]
    assert ladder.kind is kind
    assert list(ladder.values) == sorted(set(ladder.values), reverse=ladder.falling)
    assert all(ladder.spec.check(value) == value > 0 for value in ladder.values)
    strength = own["random_strength"]
    if strength is None:
        return
    assert not kind.simulated, "the error model sees curves that exist already"
    rng = np.random.default_rng(0)
    for record in (20.0, 400.0):
        for _ in range(50):
            ((number, value),) = strength.draw(rng, record).items()
            low, high = (
                x * (record if strength.of_record else 1) for x in (strength.low, strength.high)
            )
            assert low <= value <= high
            assert kind(**{number: value}) != none_of(name)
