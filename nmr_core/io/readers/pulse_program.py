"""Pulse program of a Bruker folder: the two pulses of an echo, where it shows no more than that."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_COMMENT = re.compile(r";.*|^\s*#.*|\".*?\"", re.MULTILINE)
_PHASES = re.compile(r"^\s*(ph\d+)\s*=\s*([\d\s(){}*+^]+?)\s*$", re.MULTILINE)
_STEP = re.compile(
    r"\b(?:(?P<pulse>p\d+)|(?P<delay>d\d+)|(?P<time>\d+(?:\.\d+)?)(?P<unit>[ums])|(?P<go>go|gosc|adc)"
    r"|(?P<loop>lo|ipp\d+|vd|vp|if|else|goto|mc)|(?P<other>[A-Za-z_]\w*))\b(?P<more>\s*[*/]|:sp\d+)?"
)
_SILENT = re.compile(
    r"ze|zd|wr|exit|st0?|ph\d+|f\d|pl\d+|to|times|rpp\d+|zpp\d+|do|cw|cpd\d*|MC|F\d\w*|blk\w*|UNBLK\w*|BLK\w*"
)
_SECONDS = {"u": 1.0, "m": 1e3, "s": 1e6}


@dataclass(frozen=True)
class TwoPulses:
    """An echo of two pulses as its program times it; each length by its parameter (p1, d6).

    Attributes
    ----------
    recovery : str
        Delay before the first pulse; "" where there is none or several.
    first, second : str
        Pulses.
    between : tuple of str or float
        Delays between them: parameters, or µs.
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
        Text of the file ``pulseprogram``. Between its recovery delay and the acquisition it may
        hold two pulses and plain delays only: no loops, no calculated or shaped steps.
    """
    before, pulses, between = [], [], []
    for step in _STEP.finditer(_COMMENT.sub("", _PHASES.sub("", program))):
        if step["go"]:
            break
        if step["loop"] or step["more"]:
            return None
        if step["other"]:
            if not _SILENT.fullmatch(step["other"]):
                return None
            continue
        if step["pulse"]:
            pulses.append(step["pulse"])
            continue
        part = step["delay"] or float(step["time"]) * _SECONDS[step["unit"]]
        if not pulses:
            before.append(part)
        elif len(pulses) == 1:
            between.append(part)
    else:
        return None
    if len(pulses) != 2 or not between:
        return None
    named = [part for part in before if isinstance(part, str)]
    return TwoPulses(named[0] if len(named) == 1 else "", *pulses, tuple(between))


def phase_cycle(program: str) -> str:
    """Return the phases of a program as text: "ph1 = 0 2, ph31 = 0 2"; "" without any.

    Parameters
    ----------
    program : str
        Text of the file ``pulseprogram``.
    """
    phases = [f"{name} = {' '.join(steps.split())}" for name, steps in _PHASES.findall(program)]
    return ", ".join(phases)[:200]
