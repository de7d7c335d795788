"""Single values of a file under the names of the facts of a measurement, in their units."""

from functools import lru_cache

from nmr_core.io.trees.names import words
from nmr_core.io.units import TIME_UNITS

TIME, FREQUENCY, TEMPERATURE, FIELD, ANGLE = "time", "frequency", "temperature", "field", "angle"
_NAMES = {
    "tau_us": (TIME, "tau", "interpulse delay", "pulse separation", "pulse spacing"),
    "recovery_us": (TIME, "recovery", "recovery time", "recovery delay", "saturation delay"),
    "pulse_1_us": (TIME, "p 90", "pw 90", "t 90", "pulse 1", "pulse 90", "pi 2 pulse", "pw 1"),
    "pulse_2_us": (TIME, "p 180", "pw 180", "t 180", "pulse 2", "pulse 180", "pi pulse", "pw 2"),
    "dwell_us": (TIME, "dwell", "dwell time", "dt", "sampling interval", "x inc", "x increment"),
    "first_us": (TIME, "t 0", "start time", "x origin", "x orig", "first time", "start"),
    "rate_mhz": (
        FREQUENCY,
        "sampling rate",
        "sample rate",
        "sampling frequency",
        "fs",
        "spectral width",
        "sw",
        "sw h",
    ),
    "acquisition_us": (TIME, "acquisition time", "acq time", "aq"),
    "carrier_mhz": (
        FREQUENCY,
        "obs freq",
        "ob freq",
        "observe frequency",
        "observation frequency",
        "carrier",
        "carrier frequency",
        "spectrometer frequency",
        "larmor frequency",
        "sfo 1",
        "sfrq",
        "frequency",
        "freq",
    ),
    "temperature_k": (TEMPERATURE, "temperature", "temp", "sample temperature", "t sample"),
    "field_t": (FIELD, "field", "magnetic field", "b 0", "applied field"),
    "angle_deg": (ANGLE, "angle", "orientation", "rotation", "sample angle"),
    "scans": (
        "",
        "scans",
        "num scans",
        "n scans",
        "number of scans",
        "averages",
        "num averages",
        "n averages",
        "number of averages",
        "ns",
        "actual scans",
        "transients",
    ),
    "nucleus": ("", "nucleus", "nuclei", "isotope"),
    "sequence": ("", "sequence", "pulse sequence", "pulse program", "experiment"),
}
"""Fact -> kind of its unit and the names, in words, under which files store it."""
FACTS = {name: (key, kind) for key, (kind, *names) in _NAMES.items() for name in names}
_FACTORS = {
    TIME: TIME_UNITS | {"µs": 1.0, "μs": 1.0, "usec": 1.0, "msec": 1e3, "sec": 1e6},
    FREQUENCY: {"hz": 1e-6, "khz": 1e-3, "mhz": 1.0, "ghz": 1e3},
    TEMPERATURE: {"k": 1.0, "kelvin": 1.0, "mk": 1e-3},
    FIELD: {"t": 1.0, "tesla": 1.0, "mt": 1e-3, "g": 1e-4, "gauss": 1e-4, "oe": 1e-4, "kg": 0.1,
            "koe": 0.1},
    ANGLE: {"deg": 1.0, "degree": 1.0, "degrees": 1.0, "°": 1.0},
}  # fmt: skip
_CELSIUS = ("c", "°c", "degc", "celsius")
_CARRIER_MHZ = 1.0, 3000.0
"""Numbers that a carrier without a unit can only be in MHz."""


@lru_cache(maxsize=1 << 14)
def named(name: str) -> tuple[str, str, str]:
    """Return (fact, kind of its unit, unit in the name) of a name; ("", "", "") for no fact."""
    parts = words(name)
    for n_unit in (0, 1):
        phrase = " ".join(parts[: len(parts) - n_unit])
        if phrase in FACTS:
            key, kind = FACTS[phrase]
            unit = parts[-1] if n_unit else ""
            if not unit or unit in _FACTORS.get(kind, {}) or unit in _CELSIUS:
                return key, kind, unit
    return "", "", ""


def in_our_unit(kind: str, value: float, unit: str) -> float | None:
    """Return a value in µs, MHz, K, T or degrees; None where its unit is unknown.

    Parameters
    ----------
    kind : str
        One of the kinds of units; "" for numbers without.
    value : float
        As the file gives it.
    unit : str
        As the file gives it; "" without one.
    """
    if not kind:
        return value
    small = unit.strip().lower()
    if kind == TEMPERATURE and small in _CELSIUS:
        return value + 273.15
    factor = _FACTORS[kind].get(small)
    if factor is None and not small and kind == FREQUENCY:
        if _CARRIER_MHZ[0] <= abs(value) <= _CARRIER_MHZ[1]:
            return value
        return value * 1e-6 if abs(value) >= 1e6 else None
    return None if factor is None else value * factor
