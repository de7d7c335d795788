"""Units of time as people write them, and as a header names them; none is ever assumed.

A unit is read as a whole: factor x prefix x unit, as in "10^-6 s", "100 ns" or "µsec". If anything
in the brackets of a header is left unexplained, the unit is unknown and has to be given.
"""

import re
from math import isfinite

from nmr_core.errors import InputError

TIME_UNITS: dict[str, float] = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
"""Factors to µs."""
_OTHERS = {"ps": 1e-6, "min": 6e7, "h": 3.6e9}
"""Units that a file may use, but that are not offered."""
_PREFIXES = {
    "m": "ms",
    "milli": "ms",
    "u": "us",
    "mu": "us",
    "\\mu": "us",
    "micro": "us",
    "mikro": "us",
    "n": "ns",
    "nano": "ns",
    "p": "ps",
    "pico": "ps",
    "": "s",
    "\u043c\u043a": "us",
    "\u043c": "ms",
    "\u043d": "ns",
}
_SECOND = ("s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden", "seconde")
_RUSSIAN = ("\u0441", "\u0441\u0435\u043a")
"""Of the prefixes in Cyrillic letters, or without any."""
_SQUARES = str.maketrans({"\u33b0": "ps", "\u33b1": "ns", "\u33b2": "us", "\u33b3": "ms"})
_WORDS = {
    prefix + word: key
    for prefix, key in _PREFIXES.items()
    for word in (*_SECOND, "secondes", *_RUSSIAN)
} | {"min": "min", "minutes": "min", "h": "h", "hours": "h", "\u79d2": "s"}
_SHORT = ("s", "h", "min", "\u0441")
"""Words that are units only in brackets or at the end of a name."""
_SUPERSCRIPTS = str.maketrans(
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b\u2212", "0123456789--"
)
_FACTOR = re.compile(
    r"(?P<plain>\d+(?:\.\d*)?)?(?:\s*[x\u00d7*\u00b7]?\s*10\s*(?:\^|\*\*)?\s*[({]?\s*"
    r"(?P<power>[+-]?\d{1,2})\s*[)}]?|e(?P<exponent>[+-]?\d{1,2}))?\s*[x\u00d7*\u00b7]?\s*"
)
_BRACKETS = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}")


def unit_key(unit: str) -> str:
    """Return the key of :data:`TIME_UNITS` for a unit; :class:`InputError` for anything else."""
    key = _WORDS.get(_plain(unit))
    if key not in TIME_UNITS:
        raise InputError(
            f"{str(unit)[:20]!r} is no unit of time; there are s, ms, us (µs) and ns. Give one of "
            "them."
        )
    return key


def _plain(text: str) -> str:
    """Small letters, one spelling of micro and of powers, no dollar signs."""
    return _one_spelling(text).strip().lower()


def _one_spelling(text: str) -> str:
    """One spelling of micro and of powers, no dollar signs."""
    text = str(text).replace("\u00c2\u00b5", "u").replace("\u00b5", "u").replace("\u03bc", "u")
    return text.translate(_SUPERSCRIPTS).translate(_SQUARES).replace("$", "")


def factor_of(unit: str) -> float | None:
    """Return the factor to µs of a whole unit; None if a part of it cannot be explained.

    Parameters
    ----------
    unit : str
        For example "us", "10^-6 s", "100 ns", "µsec".
    """
    if str(unit).strip().endswith("Ms"):  # a megasecond, or ms
        return None
    text = _plain(unit).strip(" .,:")
    match = _power_of_ten(text) or _FACTOR.match(text)
    if match is None:
        return None
    rest = text[match.end() :].strip()
    key = _WORDS.get(rest.replace(" ", "").replace("-", ""))
    if key is None:
        return None
    factor = float(match["plain"] or 1) if "plain" in match.re.groupindex else 1.0
    power = match["power"] or match["exponent"]
    if factor == 10 and match["exponent"] is not None:  # 10E-6: 10^-6, or 10^-5 as written
        return None
    if power is not None and not -18 <= int(power) <= 18:
        return None
    value = factor * 10.0 ** int(power or 0) * (TIME_UNITS | _OTHERS)[key]
    return float(f"{value:.12g}") if value > 0 else None


def leading_factor(text: str) -> tuple[float | None, str]:
    """Return the factor before a unit, and the unit as it is written.

    Parameters
    ----------
    text : str
        For example "10^-3 V" (.001, "V"), "mV" (1, "mV"), "0.01 deg" (.01, "deg").

    Returns
    -------
    factor : float or None
        None for 10E-3, which is read in two ways.
    rest : str
        What stands behind the factor.
    """
    text = _one_spelling(text).strip()
    match = _power_of_ten(text.lower()) or _FACTOR.match(text.lower())
    if match is None:
        return 1.0, text
    plain = match["plain"] if "plain" in match.re.groupindex else None
    power = int(match["power"] or match["exponent"] or 0)
    unclear = plain == "10" and match["exponent"] is not None
    factor = None if unclear or not -18 <= power <= 18 else float(plain or 1) * 10.0**power
    return factor, text[match.end() :].strip()


def _power_of_ten(text: str) -> re.Match[str] | None:
    """A factor that is only a power of ten: 10^-6, 10-6, 10**(-6), x10^-6."""
    return re.match(
        r"[x\u00d7*\u00b7]?\s*10\s*(?:(?:\^|\*\*)\s*[({]?\s*(?P<power>[+-]?\d{1,2})\s*[)}]?"
        r"|(?P<exponent>[+-]\d{1,2}))\s*[x\u00d7*\u00b7]?\s*",
        text,
    )


def unit_text(unit: str) -> str | None:
    """Return a unit of time in our spelling, "us" or "100 ns"; None if it is none."""
    factor = factor_of(unit)
    if factor is None:
        return None
    for key, value in TIME_UNITS.items():
        if abs(factor / value - 1) < 1e-9:
            return key
    return " ".join(str(unit).split())[:30]


def time_unit_in(text: str) -> str | None:
    """Return the unit of time in the name of a column; None if there is none, or it is unclear.

    Parameters
    ----------
    text : str
        For example "t (ms)", "time_us", "Time [µs]", "t / s", "Time (10^-6 s)", "seconds".

    Returns
    -------
    str
        Key of :data:`TIME_UNITS`, or a unit that :func:`factor_of` explains.
    """
    outside, inside = in_brackets(text)
    if inside:
        if len(inside) > 1 or re.search(r"\d\s*[x\u00d7*]|10\s*(\^|\*\*)|\de-?\d", _plain(outside)):
            return None
        unit = unit_text(inside[0])
        # time_ns (us): two units
        left = outside.strip()
        other = time_unit_in(left) if unit and left and left.lower() not in _SHORT else None
        return unit if other in (None, unit) else None
    if "/" in text:
        return unit_text(text.rpartition("/")[2])
    whole = unit_text(text)
    if whole is not None:
        return whole
    words = [word for word in re.split(r"[^a-z\u0430-\u044f\\]+", _plain(text)) if word]
    if re.search(r"10\s*(\^|\*\*)", _plain(text)):
        return None
    for place, word in enumerate(reversed(words)):
        if word in _WORDS and (place == 0 or word not in _SHORT):
            return unit_text(_WORDS[word])
    return None


def in_brackets(text: str) -> tuple[str, list[str]]:
    """Return the parts of a name (outside of brackets, inside of each)."""
    inside = ["".join(filter(None, groups)) for groups in _BRACKETS.findall(text)]
    return _BRACKETS.sub(" ", text), [part.strip() for part in inside if part.strip()]


def missing_unit(name: str, first: float, last: float, n: int) -> InputError:
    """Return the error for times without a unit, with the length of the measurement in each.

    Parameters
    ----------
    name : str
        File name.
    first, last : float
        First and last time, as the file counts them.
    n : int
        Number of points.
    """
    if not (isfinite(first) and isfinite(last)):
        return InputError(
            f"{name} does not give the unit of its {n:,} times. Choose the unit: s, ms, us or ns."
        )
    lengths = "; ".join(
        f"{unit}: {factor * abs(last - first):.3g} µs long" for unit, factor in TIME_UNITS.items()
    )
    return InputError(
        f"{name} does not give the unit of its times, which run from {first:.4g} to {last:.4g} in "
        f"{n:,} points ({lengths}). Choose the unit: s, ms, us or ns."
    )
