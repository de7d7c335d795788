"""What the lines above a table say of the measurement: the step, and how it was measured."""

import re
from dataclasses import dataclass, field

from nmr_core.io.tables.grammar import COMMA, POINT, Number, NumberStyle, read_number
from nmr_core.io.tables.header import Header
from nmr_core.io.units import factor_of, in_brackets, unit_text

Value = str | float | int
MAX_LINES = 2000
"""Lines above a table in which facts are looked for."""
_LINE = re.compile(r"^[\s#%!/;*$\"]*([^=:;,\t]{1,60}?)[\s\"]*(?:[=:;,\t]|\s{2,})+\s*(.{1,200})$")
_STEP = re.compile(
    r"(delta.?[xt]|d[tw]|dwell([ _-]?time)?|time[ _-]?step|(sample|sampling)[ _-]?"
    r"(interval|period|time)|x?[ _-]?increment)$",
    re.IGNORECASE,
)
_RATE = re.compile(r"(sampl(e|ing)[ _-]?(rate|frequency)|samplerate)$", re.IGNORECASE)
_RATES = {
    prefix + unit: factor
    for prefix, factor in {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9}.items()
    for unit in ("hz", "s/s", "sa/s", "sps", "samples/s")
}
_AXIS = re.compile(
    r"(horizontal|x|x[ _-]?axis|time|time[ _-]?axis)[ _-]?units?|units? of (the )?times?", re.I
)
_DECIMATION = re.compile(r"decimation([ _-]?factor)?", re.I)
_POINTS = re.compile(r"(record|memory)[ _-]?length|(number|no\.?) of points|n[ _-]?points", re.I)
_COMMA_VALUE = re.compile(r"[+-]?\d+,(\d{1,2}|0\d\d|\d{4,})\s*[A-Za-z\u00b5\u03bc/]+")
_RATE_UNIT = re.compile(r"[kMGm]?(S|Sa|samples)/s", re.I)
SAME_STEP = 0.01
"""Relative difference of two steps that are the same one."""
_START = re.compile(r"(x_?0|t_?0|start([ _-]?time)?|first[ _-]?(point|time))$", re.IGNORECASE)
_DECIMAL = re.compile(r"decimal[ _-]?(separator|sign|symbol)$", re.IGNORECASE)
_TIMES = {
    "tau_us": r"tau",
    "pulse_1_us": r"(pulse|p)[ _-]?1|pi/2[ _-]?pulse|90[ _-]?pulse",
    "pulse_2_us": r"(pulse|p)[ _-]?2|pi[ _-]?pulse|180[ _-]?pulse",
    "recovery_us": r"rec(ycle|overy)[ _-]?(delay|time)|repetition[ _-]?time|d1",
}
_PLAIN = {
    "temperature_k": (r"t(emp(erature)?)?|temperatur", {"k": 1.0, "mk": 1e-3}),
    "field_t": (r"b_?0|(magnetic[ _-]?)?field|magnetfeld", {"t": 1.0, "g": 1e-4, "mt": 1e-3}),
    "carrier_mhz": (
        r"carrier([ _-]?frequency)?|frequency|larmor([ _-]?frequency)?|sfo1",
        {"mhz": 1.0, "hz": 1e-6, "khz": 1e-3, "ghz": 1e3},
    ),
    "angle_deg": (r"angle|orientation", {"deg": 1.0, "\u00b0": 1.0}),
}
_SCANS = re.compile(
    r"(scans|averages|n[ _-]?scans|number of (scans|averages)|ns|nt)$", re.IGNORECASE
)
_TEXTS = {"sequence": r"(pulse[ _-]?)?sequence|pulprog", "nucleus": r"nucleus|nuc1"}
LABVIEW = "labview measurement"


@dataclass(frozen=True)
class Facts:
    """What a file says besides its table.

    Attributes
    ----------
    step, start : float, optional
        Time between two points, time of the first one, in ``unit``.
    unit : str, optional
        Unit of step and start, else None; that of the times of LabVIEW is s.
    decimal : str
        Decimal sign that the file names; "" if it names none.
    about : dict
        Keys as in ``Measurement.about``.
    notes : list of str
    axis_unit : str, optional
        Unit of the times, where a line of its own gives it: Horizontal Units.
    n_points : int
        Points of the record, where a line gives them; else 0.
    conflict : str
        Two lines of which only one can be true; "": none.
    """

    step: float | None = None
    start: float | None = None
    unit: str | None = None
    decimal: str = ""
    about: dict[str, Value] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    axis_unit: str | None = None
    conflict: str = ""
    n_points: int = 0


def facts_of(lines: list[str], header: Header | None = None) -> Facts:
    """Return what the lines above a table say.

    Parameters
    ----------
    lines : list of str
        Lines above the table, from the first on.
    header : Header, optional
        With cells to the right of the columns: Start and Increment.
    """
    pairs = [(match[1], match[2]) for match in map(_LINE.match, lines[:MAX_LINES]) if match]
    decimal = next((v.strip()[:1] for k, v in pairs if _DECIMAL.match(k.strip())), "")
    style = COMMA if decimal == "," else POINT
    about = {key: value for k, v in pairs for key, value in _about(k, v, style).items()}
    step = start = unit = None
    axis = _axis_unit(pairs)
    conflict = _conflict(pairs, style, axis)
    for key, value in pairs:
        name = in_brackets(key)[0].strip()
        if _STEP.match(name) and step is None:
            step, unit = _time(key, value, style)
        elif _RATE.match(name) and step is None:
            rate, rate_unit = _quantity(key, value, style)
            factor = _RATES.get(rate_unit.lower().replace(" ", ""))
            if rate and rate > 0 and factor:
                step, unit = 1e6 / (rate * factor), "us"
        elif _START.match(name) and start is None:
            start = _time(key, value, style)[0]
    notes = []
    if header is not None and _real(header.behind.get("increment", ""), style):
        # The oscilloscope writes start and increment behind the names, in seconds
        step = _real(header.behind["increment"], style)
        start = _real(header.behind.get("start", ""), style) or 0.0
        unit = "s"
        notes.append(
            f"The times follow from Start and Increment of the header: {step:.6g} s from point to "
            "point."
        )
    if lines and LABVIEW in lines[0].lower():
        unit = "s"
        notes.append("A LabVIEW measurement: its times are in seconds.")
    if step is not None and not step > 0:
        step = None
    if step is not None and unit is None:
        unit = axis
    sign = decimal if decimal in (".", ",") else ""
    return Facts(step, start, unit, sign, about, notes, axis, conflict, _n_points(pairs, style))


def _axis_unit(pairs: list[tuple[str, str]]) -> str | None:
    """Unit of the times in a line of its own; None if there is none."""
    for key, value in pairs:
        if _AXIS.fullmatch(key.strip()):
            return unit_text(re.split(r"[,;\t]", value.strip().strip('"'))[0].strip())
    return None


def _n_points(pairs: list[tuple[str, str]], style: NumberStyle) -> int:
    """Points of the record; 0 if no line gives them."""
    for key, value in pairs:
        if _POINTS.fullmatch(key.strip()):
            number = _quantity(key, value, style)[0]
            return int(number) if number is not None and number >= 1 else 0
    return 0


def _conflict(pairs: list[tuple[str, str]], style: NumberStyle, axis: str | None) -> str:
    """Two lines that give different steps; "" if there are none."""
    steps: list[tuple[str, float]] = []
    for key, value in pairs:
        name = in_brackets(key)[0].strip()
        number, unit = _quantity(key, value, style)
        if number is None or not number > 0:
            continue
        factor = factor_of(unit or axis or "")
        rate = _RATES.get(unit.lower().replace(" ", ""))
        if _STEP.match(name) and factor is not None:
            steps.append((f"{name} {value.strip()[:30]}", number * factor))
        elif _RATE.match(name) and rate is not None:
            steps.append((f"{name} {value.strip()[:30]}", 1e6 / (number * rate)))
        elif _DECIMATION.fullmatch(name) and number > 1 and steps:
            return f"{steps[0][0]} and {name} {number:g}"
    other = next((one for one in steps[1:] if not _same(one[1], steps[0][1])), None)
    return "" if other is None else f"{steps[0][0]} and {other[0]}"


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_STEP * abs(other)


def above(lines: list[str], numbers: list[int], first_line: int) -> list[str]:
    """Return the lines above the first row of a table."""
    return [line for line, number in zip(lines, numbers, strict=True) if number < first_line]


def _quantity(key: str, value: str, style: NumberStyle) -> tuple[float | None, str]:
    """(number, unit) of a line "key (unit) = number unit"."""
    inside = in_brackets(key)[1]
    if _COMMA_VALUE.fullmatch(value.strip().strip('"')):
        value = value.replace(",", ".")
        style = POINT
    parts = [part for part in re.split(r"[\t;]|,\s+|\s{2,}", value.strip().strip('"')) if part]
    parts = parts or [""]
    number = _quick(parts[0], style)
    if number is None and "," in parts[0]:
        cells = parts[0].split(",")
        number, parts = _quick(cells[0], style), cells
    if number is None or isinstance(number.value, complex):
        return None, ""
    unit = number.unit or (inside[0] if inside else "")
    if not unit:
        behind = parts[0].strip().strip('"').partition(" ")[2].strip()
        unit = behind if _RATE_UNIT.fullmatch(behind) else ""
    if not unit and len(parts) > 1 and _quick(parts[1], style) is None:
        unit = parts[1]
    return float(number.value), unit.strip()


def _quick(text: str, style: NumberStyle) -> Number | None:
    text = text.strip().strip('"')
    return read_number(text, style) or read_number(text.partition(" ")[0], style)


def _time(key: str, value: str, style: NumberStyle) -> tuple[float | None, str | None]:
    """(time, unit of time or None) of a line."""
    number, unit = _quantity(key, value, style)
    return number, unit_text(unit) if unit else None


def _real(text: str, style: NumberStyle) -> float | None:
    number = read_number(text, style) if text else None
    return None if number is None or isinstance(number.value, complex) else float(number.value)


def _about(key: str, value: str, style: NumberStyle) -> dict[str, Value]:
    """The fact in one line; {} if it is none that is known, or has no unit."""
    name = in_brackets(key)[0].strip(" \"'")
    number, unit = _quantity(key, value, style)
    if number is None:
        for fact, pattern in _TEXTS.items():
            if re.fullmatch(pattern, name, re.IGNORECASE):
                return {fact: value.strip().strip('"')[:60]}
        return {}
    for fact, pattern in _TIMES.items():
        if re.fullmatch(pattern, name, re.IGNORECASE):
            factor = factor_of(unit) if unit else None
            return {} if factor is None else {fact: number * factor}
    for fact, (pattern, units) in _PLAIN.items():
        if re.fullmatch(pattern, name, re.IGNORECASE) and unit.lower() in units:
            return {fact: number * units[unit.lower()]}
    if _SCANS.match(name) and number == int(number) and number > 0:
        return {"scans": int(number)}
    return {}
