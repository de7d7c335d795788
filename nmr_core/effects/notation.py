"""Effects as text, such as "gaussian_noise:snr=30,phase_error:sd=5", as JSON, and back."""

from collections.abc import Iterable, Sequence

from nmr_core.effects._effect import Effect
from nmr_core.effects.registry import EFFECTS
from nmr_core.errors import InputError

MAX_EFFECTS = 20
EXAMPLE = "Write effects as gaussian_noise:snr=30,phase_error:sd=5."

Effects = str | Effect | dict | Iterable[str | Effect | dict] | None
"""Input of :func:`effects_from`."""


def effect_from_dict(stored: dict) -> Effect:
    """Convert from JSON, the inverse of ``Effect.to_dict``.

    Parameters
    ----------
    stored : dict
        {"effect": name, number: value, ...}; missing numbers have their default.

    Returns
    -------
    Effect

    Raises
    ------
    InputError
        For an unknown effect or number, or a value that is not a number in its range.
    """
    if not isinstance(stored, dict) or not isinstance(stored.get("effect"), str):
        raise InputError(
            'An effect is an object like {"effect": "phase_error", "sd": 5}, '
            f"got {str(stored)[:80]!r}."
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
            f"The effect {name} has no number {str(unknown[0])[:40]!r}; it has "
            f"{', '.join(kind.parameters.names)}."
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
    """Convert from text, the inverse of :func:`effects_text`.

    Parameters
    ----------
    text : str
        Effects separated by commas, each with its numbers, such as
        "phase_error:sd=5,drift=90,dead_time"; "" for no effect.

    Returns
    -------
    tuple of Effect

    Raises
    ------
    InputError
        For an unknown effect or number, or a value that is not a number in its range.
    """
    stored: list[dict] = []
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        # "name:number=value" or "name" begins an effect, "number=value" adds to it
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
    """Convert to text, with all numbers of every effect."""
    texts = []
    for effect in effects:
        values = effect.to_dict()
        numbers = [f"{name}={_plain(value)}" for name, value in values.items() if name != "effect"]
        texts.append(f"{effect.name}:{','.join(numbers)}")
    return ",".join(texts)


def _plain(value: float) -> str:
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


def effects_from(effects: Effects) -> tuple[Effect, ...]:
    """Convert any description of effects.

    Parameters
    ----------
    effects : str, Effect, dict, iterable of these, or None
        Text, objects, or the dictionaries of a manifest.

    Returns
    -------
    tuple of Effect

    Raises
    ------
    InputError
        For a bad description, or more than 20 effects.
    """
    if effects is None:
        return ()
    several = [effects] if isinstance(effects, str | Effect | dict) else effects
    converted: list[Effect] = []
    for one in several:
        if isinstance(one, str):
            converted += effects_from_text(one)
        elif isinstance(one, Effect):
            converted.append(one)
        else:
            converted.append(effect_from_dict(one))
    if len(converted) > MAX_EFFECTS:
        raise InputError(
            f"At most {MAX_EFFECTS} effects can follow each other, got {len(converted)}. "
            "Leave some out."
        )
    return tuple(converted)
