"""What was measured, as the parameters of a JEOL file give it."""

from nmr_core.io.readers.jeol_header import CELSIUS, KELVIN, SECOND, TESLA, JeolHeader
from nmr_core.io.readers.records import Facts

ZERO_CELSIUS = 273.15
SHORTEST, LONGEST = 0.01, 1e4
"""µs; a pulse lies between them."""


def facts(header: JeolHeader) -> Facts:
    """Return facts for ``Measurement.about``.

    Parameters
    ----------
    header : JeolHeader
        With the parameters.
    """
    found: Facts = {}
    for key, name in {"nucleus": "x_domain", "sequence": "experiment"}.items():
        if header.text(name):
            found[key] = header.text(name)[:60]
    for key, name, factor in (
        ("carrier_mhz", "x_freq", 1e-6),
        ("carrier_hz", "x_freq", 1.0),
        ("width_hz", "x_sweep", 1.0),
    ):
        value = header.number(name)
        if value and value > 0:
            found[key] = factor * value
    scans = header.number("total_scans") or header.number("scans")
    if scans and scans > 0:
        found["scans"] = scans
    found |= _with_units(header)
    return found


def _with_units(header: JeolHeader) -> Facts:
    found: dict[str, float | None] = {
        "pulse_1_us": _microseconds(header, "x_pulse", LONGEST),
        "recovery_us": _microseconds(header, "relaxation_delay", 1e12),
        "temperature_k": _kelvin(header),
    }
    field = header.parameters.get("field_strength")
    if field is not None and field.unit == TESLA and not field.prefix:
        found["field_t"] = header.number("field_strength")
    if "echo" in header.text("experiment").lower():
        found["tau_us"] = _microseconds(header, "tau", 1e9)
    return {key: value for key, value in found.items() if value and value > 0}


def _microseconds(header: JeolHeader, name: str, longest: float) -> float | None:
    """A time in µs; None where its prefix could be meant in two ways."""
    parameter, value = header.parameters.get(name), header.number(name)
    if parameter is None or value is None or parameter.unit != SECOND:
        return None
    # Values stand in s, or in the unit with its prefix: one of them is no pulse
    meant = {1e6 * value, 1e6 * value * 10.0**parameter.prefix}
    sensible = [one for one in meant if SHORTEST <= one <= longest]
    return sensible[0] if len(sensible) == 1 else None


def _kelvin(header: JeolHeader) -> float | None:
    for name in ("temp_get", "temp_set"):
        parameter, value = header.parameters.get(name), header.number(name)
        if parameter is None or value is None or parameter.prefix:
            continue
        if parameter.unit == CELSIUS:
            return value + ZERO_CELSIUS
        if parameter.unit == KELVIN:
            return value
    return None
