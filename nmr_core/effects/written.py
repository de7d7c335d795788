"""Effects as JSON and as text, and back: "gaussian_noise:snr=30,phase_error:sd=5"."""

from collections.abc import Iterable, Sequence

from nmr_core.effects._effect import Effect
from nmr_core.effects.registry import EFFECTS
from nmr_core.errors import InputError

MAX_EFFECTS = 20
EXAMPLE = "Write effects as gaussian_noise:snr=30,phase_error:sd=5."

Effects = str | Effect | dict | Iterable[str | Effect | dict] | None
"""Whatever :func:`effects_from` understands."""


def effect_from_dict(stored: dict) -> Effect:
    """The inverse of ``Effect.to_dict``; numbers that are left out keep their default."""
    if not isinstance(stored, dict) or not isinstance(stored.get("effect"), str):
        raise InputError(
            f'An effect is an object like {{"effect": "phase_error", "sd": 5}}, got {str(stored)[:80]!r}.'
        )
    name, kind = stored["effect"], EFFECTS.get(stored["effect"])
    if kind is None:
        raise InputError(f"There is no effect {name[:40]!r}; there are {', '.join(EFFECTS)}.")
    numbers = {
        kind.old_names.get(key, key): value for key, value in stored.items() if key != "effect"
    }
    unknown = [key for key in numbers if key not in kind.parameters]
    if unknown:
        raise InputError(
            f"The effect {name} has no number {str(unknown[0])[:40]!r}; it has {', '.join(kind.parameters.names)}."
        )
    wrong = [
        key
        for key, value in numbers.items()
        if isinstance(value, bool) or not isinstance(value, int | float)
    ]
    if wrong:
        raise InputError(
            f"{name}: {wrong[0]} must be a number, got {str(numbers[wrong[0]])[:40]!r}."
        )
    return kind(**numbers)


def effects_from_text(text: str) -> tuple[Effect, ...]:
    """Effects in order; a piece without a colon and with "=" is one more number of the effect before it:
    "phase_error:sd=5,drift=90,dead_time". "" is none."""
    stored: list[dict] = []
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        name, colon, assignment = piece.partition(":")
        if not colon and "=" in piece:
            if not stored:
                raise InputError(f"{piece[:40]!r} belongs to no effect. {EXAMPLE}")
            assignment = piece
        else:
            stored.append({"effect": name.strip()})
        if colon or assignment:
            key, value = _assigned(assignment, stored[-1]["effect"])
            if key in stored[-1]:
                raise InputError(
                    f"The effect {stored[-1]['effect'][:40]} has {key[:40]} twice. Leave one out."
                )
            stored[-1][key] = value
    return effects_from(stored)


def _assigned(assignment: str, effect: str) -> tuple[str, float]:
    key, equals, value = (part.strip() for part in assignment.partition("="))
    try:
        if equals:
            return key, float(value)
    except ValueError:
        pass
    raise InputError(f"{effect[:40]}:{assignment[:40]} sets no number. {EXAMPLE}")


def effects_text(effects: Sequence[Effect]) -> str:
    """The text that :func:`effects_from_text` reads."""
    return ",".join(
        f"{effect.name}:"
        + ",".join(f"{name}={_plain(getattr(effect, name))}" for name in effect.parameters.names)
        for effect in effects
    )


def _plain(value: float) -> str:
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


def effects_from(given: Effects) -> tuple[Effect, ...]:
    """Effects, however they are given: text, one effect, dictionaries of a manifest, or several of these."""
    if isinstance(given, str):
        return effects_from_text(given)
    several = [] if given is None else [given] if isinstance(given, Effect | dict) else list(given)
    made: list[Effect] = []
    for one in several:
        made += (
            effects_from_text(one)
            if isinstance(one, str)
            else [one if isinstance(one, Effect) else effect_from_dict(one)]
        )
    if len(made) > MAX_EFFECTS:
        raise InputError(
            f"At most {MAX_EFFECTS} effects can follow each other, got {len(made)}. Leave some out."
        )
    return tuple(made)
