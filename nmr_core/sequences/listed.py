"""Any list of pulses and delays, written in one line: "90x 50us 180y 100us"."""

import math
import re
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
    "Write pulses as 90x, 180y, 90-x or 120@45 (angle@phase in degrees) and delays as 50us, for example "
    '"90x 50us 180y 100us".'
)


def parse(text: str, sense: int = 1) -> tuple[Pulse | Delay, ...]:
    """The events of a list in text: pulses "90x", "180y", "90-x", "120@45" (angle@phase, degrees) and delays "50us".

    Events are separated by blanks, commas or " - ". A negative delay, or what is neither, is an :class:`InputError`.
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
                f"A delay must be > 0 and at most {LONGEST:g} µs, got {token[:40]}. Leave it out, or change it."
            )
        return Delay(float(match[1]))
    if match := PULSE.fullmatch(token):
        phase = AXES[match[2]] if match[2] else float(match[3])
        if max(abs(float(match[1])), abs(phase)) > 720:
            raise InputError(
                f"Angles and phases must be in [-720, 720]°, got {token[:40]}. Take off whole turns."
            )
        return Pulse(float(match[1]), phase, sense)
    raise InputError(
        f"{token[:40]!r} is no sequence with a name, no pulse and no delay. {NOTATION}"
    )


def written(events, sense: int = 1) -> str:
    """The list as text; a pulse of the other sense is written with a negative angle, which is the same rotation."""
    names = {phase: axis for axis, phase in AXES.items()}
    texts = []
    for event in events:
        if not isinstance(event, Pulse | Delay):
            raise InputError(
                f"A sequence is a list of Pulse and Delay, got {type(event).__name__}. {NOTATION}"
            )
        numbers = tuple(vars(event).values())
        if not all(isinstance(number, Real) and math.isfinite(number) for number in numbers):
            raise InputError(
                f"Angles, phases and delays are numbers, got {str(event)[:80]}. {NOTATION}"
            )
        if isinstance(event, Delay):
            texts.append(f"{float(event.duration)!r}us")
        elif event.sense in (-1, 1):
            angle = f"{event.angle * event.sense * sense:.15g}"
            texts.append(angle + names.get(event.phase, f"@{event.phase:.15g}"))
        else:
            raise InputError(
                f"The sense of a pulse is -1 or 1, got {event.sense:g}. Change its angle instead."
            )
    return " ".join(texts)
