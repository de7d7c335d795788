"""What was measured, as the parameters of Bruker give it."""

import re

from nmr_core.io.readers.damage import number_in
from nmr_core.io.readers.labels import Labels
from nmr_core.io.readers.pulse_program import phase_cycle, two_pulses
from nmr_core.io.readers.records import Facts
from nmr_core.io.readers.relations import Relations

ECHO_NAMES = ("echo", "hahn")
"""What the name of a sequence of two pulses holds."""
_SUFFIX = {"n": 1e-3, "u": 1.0, "m": 1e3, "s": 1e6, "": 1e6}


def facts(labels: Labels, program: str = "", mark: str = "$") -> Facts:
    """Return facts for ``Measurement.about``.

    Parameters
    ----------
    labels : Labels
        Of acqus, or of a JCAMP-DX file that carries them.
    program : str
        Text of the pulse program; "" where it is missing.
    mark : str
        What stands before the vendor's labels.
    """
    found: Facts = {}
    for key, label in {"sequence": "PULPROG", "nucleus": "NUC1"}.items():
        if labels.text(mark + label):
            found[key] = labels.text(mark + label)[:60]
    for key, label in {
        "carrier_mhz": "SFO1",
        "scans": "NS",
        "width_hz": "SW_h",
        "delay_points": "GRPDLY",
        "temperature_k": "TE",
    }.items():
        value = labels.number(mark + label)
        if value is not None and (value > 0 or key == "delay_points"):
            found[key] = value
    return found | _timing(labels, program, mark)


def _timing(labels: Labels, program: str, mark: str) -> Facts:
    """Pulses and delays, by the program, or by the name of the sequence for the usual ones."""

    length = Relations.of(labels, program, mark).microseconds
    echo = two_pulses(program) if program else None
    is_echo = any(word in labels.text(mark + "PULPROG").lower() for word in ECHO_NAMES)
    timing: dict[str, float | None] = {}
    if echo is not None:
        timing = {
            "pulse_1_us": length(echo.first),
            "pulse_2_us": length(echo.second),
            "tau_us": echo.tau(length),
            "recovery_us": length(echo.recovery) if echo.recovery else None,
        }
    elif is_echo and not program:
        timing = {"pulse_1_us": length("p1"), "pulse_2_us": length("p2")}
        timing["recovery_us"] = length("d1")
    known: Facts = {key: value for key, value in timing.items() if value}
    phases = phase_cycle(program)
    return known | ({"phase_cycle": phases} if phases else {})


def list_values(text: str) -> list[float]:
    """Return the delays of a vdlist in µs; [] where a line is none.

    Parameters
    ----------
    text : str
        One delay per line: "10m", "500u", or seconds without a suffix.
    """
    words = re.sub(r";.*|#.*", "", text).split()
    values = []
    for word in words:
        match = re.fullmatch(r"([-+\d.eE]+?)([nums]?)", word)
        value = number_in(match[1]) if match else None
        if match is None or value is None:
            return []
        values.append(value * _SUFFIX[match[2]])
    return values


def count_values(text: str) -> list[float]:
    """Return the loop counts of a vclist; [] where a line is none."""
    values = [number_in(word) for word in re.sub(r";.*|#.*", "", text).split()]
    return [] if None in values else [float(value or 0) for value in values]
