"""Pulse program of a Bruker folder: the two pulses of an echo, where it shows no more than that."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?\*/|;[^\n]*|^[ \t]*#[^\n]*", re.MULTILINE | re.DOTALL)
_ASIDE = re.compile(r"\".*?\"|^[ \t]*(?:prosol|define|baseopt)[^\n]*", re.MULTILINE | re.DOTALL)
_PHASES = re.compile(r"^[ \t]*(ph\d+)[ \t]*=([\d \t(){}*+^]+)$", re.MULTILINE)
_DELAY = re.compile(r"^[ \t]*define[ \t]+delay[ \t]+(\w+)", re.MULTILINE)
_STEP = re.compile(
    r"\b(?:(?P<pulse>p\d+)|(?P<delay>d\d+|DELTA\d*|TAU\d*)|(?P<time>\d+(?:\.\d+)?)(?P<unit>[ums])"
    r"|(?P<go>go|gosc|adc)|(?P<loop>lo|vd|vp|if|else|goto|mc)|(?P<other>[A-Za-z_]\w*))\b"
    r"(?P<more>\s*[*/]|:sp\d+)?"
)
_SILENT = re.compile(r"ze|zd|wr|exit|st0?|ph\d+|f\d|pl\d+|[ir]pp\d+|zpp\d+|do|cw|cpd\d*|F\d\w*")
_SECONDS = {"u": 1.0, "m": 1e3, "s": 1e6}


@dataclass(frozen=True)
class TwoPulses:
    """An echo of two pulses as its program times it; each length by its name (p1, d6, DELTA).

    Attributes
    ----------
    recovery : str
        Delay before the first pulse; "" where there is none or several.
    first, second : str
        Pulses.
    between : tuple of str or float
        Delays between them: names, or µs.
    """

    recovery: str
    first: str
    second: str
    between: tuple[str | float, ...]

    def tau(self, length: Callable[[str], float | None]) -> float | None:
        """Return the time between the centres of the pulses, µs.

        Parameters
        ----------
        length : callable
            Name of a pulse or delay -> µs; None where it is not known.
        """
        parts = [part if isinstance(part, float) else length(part) for part in self.between]
        first, second = length(self.first), length(self.second)
        if None in parts or first is None or second is None:
            return None
        return first / 2 + sum(part or 0.0 for part in parts) + second / 2


def two_pulses(program: str) -> TwoPulses | None:
    """Return the two pulses of a program; None unless it is that simple.

    Parameters
    ----------
    program : str
        Text of the file ``pulseprogram``. Before the acquisition it may hold two pulses and plain
        delays only: no loops, no shaped or calculated steps.
    """
    text = _COMMENT.sub("", program)
    defined = set(_DELAY.findall(text))
    before: list[str | float] = []
    between: list[str | float] = []
    pulses: list[str] = []
    for step in _STEP.finditer(_ASIDE.sub("", _PHASES.sub("", text))):
        if step["go"]:
            break
        name = step["delay"] or (step["other"] if step["other"] in defined else None)
        if step["loop"] or step["more"]:
            return None
        if step["pulse"]:
            pulses.append(step["pulse"])
        elif name or step["time"]:
            part = name or float(step["time"]) * _SECONDS[step["unit"]]
            {0: before, 1: between}.get(len(pulses), []).append(part)
        elif not _SILENT.fullmatch(step["other"]):
            return None
    else:
        return None
    if len(pulses) != 2 or not between:
        return None
    named = [part for part in before if isinstance(part, str)]
    recovery = named[0] if len(named) == 1 else ""
    return TwoPulses(recovery, pulses[0], pulses[1], tuple(between))


def phase_cycle(program: str) -> str:
    """Return the phases of a program as text: "ph1 = 0 2, ph31 = 0 2"; "" without any.

    Parameters
    ----------
    program : str
        Text of the file ``pulseprogram``.
    """
    found = _PHASES.findall(_COMMENT.sub("", program))
    phases = [f"{name} = {' '.join(steps.split())}" for name, steps in found]
    return ", ".join(phases)[:200]
