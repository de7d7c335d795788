"""What the name of a column says: a time, one of two channels, a temperature, ..."""

import re
from dataclasses import dataclass

from nmr_core.io.units import in_brackets, time_unit_in

_TIME = re.compile(
    r"^\W*(t|times?|zeit(en)?|temps|tiempo|tempo|czas|tid|tijd|delay|tau|seconds?)(?![a-z])|time|"
    r"\u65f6\u95f4|\u6642\u9593|\u0432\u0440\u0435\u043c\u044f",
    re.IGNORECASE,
)
_WEAK_TIME = re.compile(r"^\W*x(?![a-z])", re.IGNORECASE)
_SIGNAL = re.compile(
    r"^\W*(signal|y|intensity|voltage|volts?|v|amplitude|amp|m|fid|echo|data|value|"
    r"magnitude|mag|abs|modulus|r|\|)(?![a-z])|signal|magnitude|\u4fe1\u53f7",
    re.IGNORECASE,
)
_OTHERS = {
    "date": re.compile(r"date|datum|timestamp|uhrzeit|epoch|clock", re.IGNORECASE),
    "frequency": re.compile(r"freq|\bppm\b|shift|\boffset\b|^\W*nu(?![a-z])", re.IGNORECASE),
    "temperature": re.compile(r"^\W*temp(?!s)|temperat", re.IGNORECASE),
    "field": re.compile(r"^\W*(b|b_?0|h)(?![a-z])|field|feld", re.IGNORECASE),
    "angle": re.compile(r"^\W*angle|orientation|winkel", re.IGNORECASE),
    "error": re.compile(
        r"^\W*(err|error|std|sd|sigma|uncert|noise|d_?re|d_?im|\u00b1)(?![a-z])|"
        r"(?<![a-z])(err|error|std|sd|sigma)$",
        re.IGNORECASE,
    ),
    "index": re.compile(
        r"^\W*(n|no|nr|num(ber)?|index|idx|point|pt|sample|setting|row|id|record|measurement|"
        r"sequence|unnamed.*|#.*)(?![a-z])(?!\W*rate)",
        re.IGNORECASE,
    ),
}
_UNITS = {
    "frequency": re.compile(r"[kMG]?Hz|ppm|rad/s"),
    "temperature": re.compile(r"m?K|\u00b0?C"),
    "field": re.compile(r"m?T|k?G|k?Oe"),
}
_FAMILIES: dict[str, tuple[str, str]] = {
    "re/im": (
        r"re|real|realteil|reell?|reelle|realpart|rpart|\u5b9e\u90e8",
        r"im|imag|imaginary|imaginaer|imagin\u00e4r|imagin\u00e4rteil|imaginaire|imagpart|\u865a\u90e8",
    ),
    "i/q": (r"i|inphase|in phase", r"q|quad|quadrature"),
    "cos/sin": (r"cos|cosine", r"sin|sine"),
    "x/y": (r"x|mx", r"y|my"),
    "mag/phase": (
        r"mag|magnitude|abs|absolute|amplitude|amp|modulus|betrag|r|m",
        r"phase|phi|\u03c6|arg|theta|\u03b8|ph",
    ),
    "a/b": (r"a", r"b"),
    "1/2": (r"1|one", r"2|two"),
    "0/1": (r"0", r"1"),
}
_MARKS = {family: tuple(re.compile(mark) for mark in marks) for family, marks in _FAMILIES.items()}
_FILLING = ("part", "teil", "of", "the", "partie", "component", "ch", "channel", "kanal")


@dataclass(frozen=True)
class Mark:
    """One of the two channels that a name may stand for.

    Attributes
    ----------
    family : str
        Key of the families, such as "re/im".
    place : int
        0 for the first of the two, 1 for the second.
    rest : tuple of str
        The other words of the name, which both channels share.
    """

    family: str
    place: int
    rest: tuple[str, ...]


def is_time_name(name: str) -> bool:
    """Whether a name is that of a time."""
    return bool(_TIME.search(name)) or time_unit_in(name) is not None


def is_weak_time_name(name: str) -> bool:
    """Whether a name may be that of a time: x."""
    return bool(_WEAK_TIME.search(name))


def is_signal_name(name: str) -> bool:
    """Whether a name is that of a signal."""
    return bool(_SIGNAL.search(name))


def other_kind(name: str) -> str:
    """Return what a column is if it is neither time nor signal: "frequency", ...; else ""."""
    outside, inside = in_brackets(name)
    unit = inside[-1] if inside else ""
    if time_unit_in(name) is not None:
        return ""
    for kind, pattern in _UNITS.items():
        if pattern.fullmatch(unit) and not (kind == "temperature" and unit == "C"):
            return kind
    return next((kind for kind, pattern in _OTHERS.items() if pattern.search(outside)), "")


def family_of(name: str) -> list[Mark]:
    """Return the channels that a name may stand for, by the family, most telling first."""
    outside, inside = in_brackets(name)
    within = [word for part in inside for word in _words(part)]
    # Re(M) and Im(M): what stands in the brackets belongs to the rest of the name; or V(re), V(im)
    return _marks(_words(outside), within) or _marks(within, _words(outside))


def _marks(words: list[str], rest: list[str]) -> list[Mark]:
    """The channels that one of the words may stand for."""
    marks = []
    for family, pair in _MARKS.items():
        for place, mark in enumerate(pair):
            for k, word in enumerate(words):
                if mark.fullmatch(word):
                    others = tuple(w for w in words[:k] + words[k + 1 :] if w not in _FILLING)
                    marks.append(Mark(family, place, (*others, *rest)))
                    break
    return marks


def _words(text: str) -> list[str]:
    """Words and numbers of a name in small letters; "in-phase" is one of them."""
    text = re.sub(r"in[\W_]?phase", "inphase", text.lower())
    return re.findall(r"[^\W\d_]+|\d+", text)
