"""One grammar for numbers in text, whoever wrote them.

    number  = [sign] mantissa [exponent]                  -1.468,9654   2.47D-03   6.944937-95
    complex = number sign number (i | j), in brackets     (0.0025-0.5006j)   (0.0025,-0.5006)
    cell    = number [unit]                               0.3183 us   25 mV

The decimal sign is a point or a comma. Digit groups hold exactly three digits and do not begin with
zero; their sign is the other of the two, a space or an apostrophe.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

MINUS = "\u2212\ufe63\uff0d"
PLUS = "\uff0b"
SPACES = " \u00a0\u202f\u2009"
APOSTROPHES = "'\u2019\u02bc"
_SIGNS = str.maketrans(dict.fromkeys(MINUS, "-") | dict.fromkeys(PLUS, "+"))
_LETTERS = str.maketrans("dD", "eE")
_MISSING = {"nan": float("nan"), "inf": float("inf"), "infinity": float("inf")}
_EXPONENT = r"(?:[eEdD][+-]?\d{1,5}| ?[x\u00d7*\u00b7] ?10 ?(?:\^|\*\*)? ?\(?[+-]?\d{1,3}\)?)"
_UNIT = re.compile(r"\s*([A-Za-z\u00b5\u03bc\u00b0\u03a9%][A-Za-z\u00b5\u03bc\u03a9.]{0,6})$")
MAX_CELL = 120
"""Characters of a cell that may be a number."""


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a text are written.

    Attributes
    ----------
    decimal : str
        "." or ",".
    groups : str
        Signs that may stand between groups of three digits; "": none.
    """

    decimal: str = "."
    groups: str = "," + SPACES + APOSTROPHES

    @property
    def words(self) -> str:
        """Return the style as words: decimal point or decimal comma."""
        return "decimal comma" if self.decimal == "," else "decimal point"


POINT = NumberStyle()
COMMA = NumberStyle(",", "." + SPACES + APOSTROPHES)


def style_of(decimal: str, group: str | None = None) -> NumberStyle:
    """Return the style with a decimal sign.

    Parameters
    ----------
    decimal : str
        "." or ",".
    group : str, optional
        Sign between groups of digits, "" for none; default: any that is not the decimal sign.
    """
    style = COMMA if decimal == "," else POINT
    if group is None:
        return style
    alike = next((signs for signs in (SPACES, APOSTROPHES) if group and group in signs), group)
    return NumberStyle(decimal, alike)


@dataclass(frozen=True)
class Number:
    """A number of a text.

    Attributes
    ----------
    value : float or complex
    unit : str
        Unit behind it, as it is written.
    grouped : bool
        Whether it has groups of digits.
    """

    value: float | complex
    unit: str = ""
    grouped: bool = False

    @property
    def plain(self) -> float | None:
        """Return the value of a real number without a unit; None for any other."""
        if self.unit or isinstance(self.value, complex):
            return None
        return self.value


@lru_cache(maxsize=16)
def _pattern(style: NumberStyle) -> re.Pattern[str]:
    """The whole of a real number, with its parts."""
    point = re.escape(style.decimal)
    digits = r"\d+"
    if style.groups:
        signs = re.escape(style.groups)
        digits = (
            rf"(?:(?P<groups>[1-9]\d{{0,2}}(?P<sign>[{signs}])\d{{3}}(?:(?P=sign)\d{{3}})*)|\d+)"
        )
    bare = r"(?P<bare>[+-]\d{2,3})"  # an exponent that has lost its letter
    return re.compile(
        rf"(?P<minus>[+-]?)\s?"
        rf"(?:(?P<whole>{digits})(?:{point}(?P<part>\d*))?|{point}(?P<only>\d+))"
        rf"(?:(?P<power>{_EXPONENT})|{bare})?"
    )


def read_real(cell: str, style: NumberStyle) -> Number | None:
    """Return a real number; None if the cell, without spaces around it, is none."""
    if cell.isascii() and "_" not in cell:
        text = cell
        if style.decimal == "," and "." not in cell:
            text = cell.replace(",", ".", 1) if "," in cell else cell
        elif style.decimal == ",":
            text = ""
        try:
            return Number(float(text))
        except ValueError:
            pass
    if len(cell) > MAX_CELL:
        return None
    cell = cell.translate(_SIGNS)
    word = cell.lstrip("+-").lower()
    if word in _MISSING:
        return Number(-_MISSING[word] if cell[0] == "-" else _MISSING[word])
    match = _pattern(style).fullmatch(cell)
    if match is None or (match["bare"] and match["part"] is None and match["only"] is None):
        return None
    grouped = bool(style.groups and match["groups"])
    if grouped and (match["power"] or match["bare"]):
        return None
    whole = re.sub(r"\D", "", match["whole"] or "0")
    power = _power(match["power"]) if match["power"] else match["bare"] or "0"
    part = match["part"] or match["only"] or "0"
    sign = "-" if match["minus"] == "-" else ""
    return Number(float(f"{sign}{whole}.{part}e{power}"), grouped=grouped)


def _power(text: str) -> str:
    """The digits of an exponent: of e-03, D-03, x10^-3."""
    text = text.strip()
    text = text[1:] if text[0] in "eEdD" else text[1:].strip()[2:].strip().lstrip("^*")
    return "".join(text.strip(" ()").split())


def read_number(cell: str, style: NumberStyle = POINT) -> Number | None:
    """Return a number of a cell: real or complex, in brackets or not, with or without a unit.

    Parameters
    ----------
    cell : str
        With or without spaces and quotation marks around it.
    style : NumberStyle
        Decimal sign and digit groups.

    Returns
    -------
    Number
        None if the cell is anything else, such as (449.20), which may be negative.
    """
    cell = cell.strip()
    if cell[:2] == '="':  # a text that a spreadsheet must not change
        cell = cell[1:]
    cell = cell.strip('"').strip()
    if not cell:
        return None
    number = read_real(cell, style)
    if number is not None or len(cell) > MAX_CELL:
        return number
    if cell[0] == "[" and cell[-1] == "]":
        return read_number(cell[1:-1], style)
    complex_ = _complex(cell.translate(_SIGNS), style)
    if complex_ is not None:
        return complex_
    return _with_unit(cell, style)


def _complex(cell: str, style: NumberStyle) -> Number | None:
    """A complex number: a+bi, (a+bj), a + b*I, or the pair (a,b)."""
    bracketed = cell[0] == "(" and cell[-1] == ")"
    inner = cell[1:-1].strip() if bracketed else cell
    if bracketed:
        comma = ";" if style.decimal == "," else ","
        parts = inner.split(comma)
        if len(parts) == 2:
            re_, im = (read_real(part.strip(), NumberStyle(style.decimal, "")) for part in parts)
            if re_ is not None and im is not None:
                return Number(complex(re_.value.real, im.value.real))
    if not inner or inner[-1] not in "ijIJ" or not re.search(r"\d|nan", inner, re.IGNORECASE):
        return None
    text = re.sub(r"[\s*]", "", inner[:-1]).translate(_LETTERS)
    if style.decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    text = text.replace("+-", "-").replace("--", "+").replace("-+", "-")
    if not text.isascii() or "_" in text:
        return None
    try:
        return Number(complex(text + "j"))
    except ValueError:
        return None


def _with_unit(cell: str, style: NumberStyle) -> Number | None:
    """A number and the unit behind it."""
    match = _UNIT.search(cell)
    if match is None or match.start() == 0 or match[1] in ("e", "E", "d", "D"):
        return None
    number = read_real(cell[: match.start()].strip(), style)
    if number is None:
        return None
    return Number(number.value, match[1], number.grouped)
