"""Pulse sequences as text: a list of pulses and delays such as "90x 50us 180y 100us"."""

import math
import re
from collections.abc import Iterable
from numbers import Real

from nmr_core.errors import InputError
from nmr_core.pulses import Delay, Pulse

AXES = {"x": 0.0, "y": 90.0, "-x": 180.0, "-y": 270.0}
MAX_EVENTS = 1000
LONGEST = 1e6
"""Longest delay, µs."""
NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)"
PULSE = re.compile(NUMBER + r"(?:°?(-?[xy])|°?@" + NUMBER + r"°?)")
DELAY = re.compile(NUMBER + r"[uµμ]s")
NOTATION = (
    "Write pulses as 90x, 180y, 90-x or 120@45 (angle@phase in degrees) and delays as 50us, for "
    'example "90x 50us 180y 100us".'
)


def parse(text: str, sense: int = 1) -> tuple[Pulse | Delay, ...]:
    """Convert a text to pulses and delays.

    Parameters
    ----------
    text : str
        Pulses such as "90x", "180y", "90-x" or "120@45" (angle@phase, degrees) and delays such as
        "50us", separated by blanks, commas or " - ".
    sense : int
        Rotation sense of all pulses, +1 or -1.

    Returns
    -------
    tuple of Pulse and Delay

    Raises
    ------
    InputError
        If an element is neither a pulse nor a delay, or out of range.
    """
    tokens = [
        token for token in re.split(r"[\s,;]+", text.strip().lower()) if token not in ("", "-", "–")
    ]
    if not 1 <= len(tokens) <= MAX_EVENTS:
        raise InputError(
            f"A sequence has 1 to {MAX_EVENTS} pulses and delays, got {len(tokens)}. {NOTATION}"
        )
    return tuple(_event(token, sense) for token in tokens)


def _event(token: str, sense: int) -> Pulse | Delay:
    if match := DELAY.fullmatch(token):
        if not 0 < float(match[1]) <= LONGEST:
            raise InputError(
                f"A delay must be > 0 and at most {LONGEST:g} µs, got {token[:40]}. Leave it out, "
                "or change it."
            )
        return Delay(float(match[1]))
    if match := PULSE.fullmatch(token):
        phase = AXES[match[2]] if match[2] else float(match[3])
        if max(abs(float(match[1])), abs(phase)) > 720:
            raise InputError(
                f"Angles and phases must be in [-720, 720]°, got {token[:40]}. Subtract whole "
                "turns."
            )
        return Pulse(float(match[1]), phase, sense)
    raise InputError(
        f"{token[:40]!r} is neither a named sequence, nor a pulse or a delay. {NOTATION}"
    )


def sequence_text(events: Iterable[Pulse | Delay], sense: int = 1) -> str:
    """Convert pulses and delays to text, the inverse of :func:`parse`.

    Parameters
    ----------
    events : iterable of Pulse and Delay
        Pulses and delays in order.
    sense : int
        Rotation sense of the protocol. A pulse of the other sense is written with a negative
        angle, which is the same rotation.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If an event is neither a pulse nor a delay, or holds anything but finite numbers.
    """
    names = {phase: axis for axis, phase in AXES.items()}
    texts = []
    for event in events:
        if not isinstance(event, Pulse | Delay):
            raise InputError(
                f"A sequence must be a list of Pulse and Delay, got {type(event).__name__}. "
                f"{NOTATION}"
            )
        numbers = tuple(vars(event).values())
        if not all(isinstance(number, Real) and math.isfinite(number) for number in numbers):
            raise InputError(
                f"Angles, phases and delays must be numbers, got {str(event)[:80]}. {NOTATION}"
            )
        if isinstance(event, Delay):
            texts.append(f"{float(event.duration)!r}us")
        elif event.sense in (-1, 1):
            angle = f"{event.angle * event.sense * sense:.15g}"
            texts.append(angle + names.get(event.phase, f"@{event.phase:.15g}"))
        else:
            raise InputError(
                f"The sense of a pulse must be -1 or 1, got {event.sense:g}. Change its angle "
                "instead."
            )
    return " ".join(texts)
