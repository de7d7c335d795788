"""Numbers in the names of files: "T=4.2K", "sample_012p5K.csv", "1.5T", "run3_300mK".

    [one.text for one in numbers_in("run3_T=300mK.csv")]       # ["3", "300mK"]

Grammar of one number, after dates and clock times have been taken out:

    word      the letters before it, with = _ - ( or a space between
    sign      + or - directly before the digits, at the start or after = _ ( [ / or a space
    digits    4   4.2   4,2   4p2   .5   1e-3      (p between digits is a decimal point)
    unit      the letters after it, directly or after one _ or space; no letter or digit follows
"""

import re
from dataclasses import dataclass

from nmr_core.measured.series.quantity import (
    DIMENSION_OF_UNIT,
    OF_TIME,
    UNKNOWN,
    convert,
    quantity_of_word,
    unit_of,
)

SUFFIX = re.compile(
    r"(\.(csv|tsv|txt|dat|asc|prn|npz|npy|h5|hdf5?|mat|jdx|dx|jcamp|jdf|fid|ser|tnt|1d|2d|in|spe"
    r"|parquet|json|gz|zip|tab|xy|d|data))+$",
    re.IGNORECASE,
)
DATE = re.compile(
    r"(?<!\d)(19|20)\d\d([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)(0[1-9]|[12]\d|3[01])([-.])(0[1-9]|1[0-2])\6(19|20)\d\d(?!\d)"
)
CLOCK = re.compile(
    r"(?<=\0)[-_T ]?(?:[01]\d|2[0-3])[-_.:h]?[0-5]\d(?:[-_.:m]?[0-5]\ds?)?(?![0-9A-Za-z.,])"
    r"|(?<![\d.,])(?:[01]?\d|2[0-3])[h:][0-5]\d(?:[m:][0-5]\d)?(?![0-9A-Za-z])"
)
WORD_WITH_DIGIT = re.compile(r"(?<![A-Za-z])(?:B0|B1|H0|T1|T2|D1|P1|mu0H)(?=[=_\- (]+[-+]?\d)")
"""Words such as B0, where a separator and the number follow."""
DIGITS = re.compile(r"(?:\d+(?:[.,p]\d+)?|(?<![0-9A-Za-z])\.\d+)(?:[eE][-+]?\d+)?")
WORD = re.compile(
    r"((?:(?<![A-Za-z])[tT]_(?=rec|wait|delay|r[=_ ]|d[=_ ]|set|sample|probe))?"
    r"[A-Za-zµμ°#\ue000-\ue0ff]+)[=_\-( \[]{0,3}$"
)
UNIT = re.compile(r"([_ ]?)([A-Za-zµμ°º%]+)")
LETTERS_AND_DIGITS = re.compile(r"[A-Za-z]+|[0-9][0-9.,]*")
CODE = 4
"""Changes between letters and digits from which a piece of a name is a code, such as 5f3a."""


@dataclass(frozen=True)
class Number:
    """A number in the name of a file.

    Attributes
    ----------
    word : str
        Letters before it; "" for none.
    value : float
        In the unit of its quantity where the unit is known.
    dimension : str
        Key of ``UNITS`` for a known unit, else "".
    unit : str
        As it is written, also an unknown one; "" for none.
    text : str
        As it stands in the name.
    """

    word: str
    value: float
    dimension: str = UNKNOWN
    unit: str = ""
    text: str = ""

    @property
    def quantity(self) -> str:
        """Name of its quantity by its unit, else by its word; "" where neither names one."""
        named = quantity_of_word(self.word)
        if self.dimension == "celsius":
            return "temperature"
        if self.dimension == "time":
            return named if named in OF_TIME else "time"
        return self.dimension or named

    @property
    def key(self) -> str:
        """What numbers in other names are compared by: the quantity, or the word with a colon."""
        return self.quantity or f"{self.word.casefold()}:{self.unit}"


def numbers_in(name: str) -> list[Number]:
    """Return the numbers in the name of a file, from left to right.

    Parameters
    ----------
    name : str
        Name or relative path with /; names of folders count, suffixes do not.
    """
    text = "/".join(SUFFIX.sub("", part) for part in name.replace("\\", "/").split("/"))

    # Dates and clock times become a mark without meaning
    text = CLOCK.sub("\0", DATE.sub("\0", text))

    # Words with a digit become one letter each
    words: list[str] = []

    def letter(match: re.Match) -> str:
        words.append(match.group())
        return chr(0xE000 + len(words) - 1)

    text = WORD_WITH_DIGIT.sub(letter, text)

    numbers = []
    end = 0
    while match := DIGITS.search(text, end):
        word, sign = _before(text[end : match.start()], match.start() == 0, words)
        unit, dimension, end = _after(text, match.end())
        value = sign * float(match.group().replace(",", ".").replace("p", "."))
        if not dimension and _is_code(text, match.start()):
            continue
        shown = ("-" if sign < 0 else "") + text[match.start() : end]
        if dimension:
            value = convert(value, unit)
        numbers.append(Number(word, value, dimension, unit, shown))
    return numbers


def _before(text: str, at_start: bool, words: list[str]) -> tuple[str, float]:
    """(word, sign) of a number from the text before it."""
    sign = 1.0
    if text.endswith(("-", "+")) and (at_start or len(text) == 1 or text[-2] in "=_([ /"):
        sign = -1.0 if text[-1] == "-" else 1.0
        text = text[:-1]
    found = WORD.search(text)
    if not found:
        return "", sign
    word = found[1]
    if "\ue000" <= word[-1] <= "\ue0ff":
        return words[ord(word[-1]) - 0xE000], sign
    return word, sign


def _after(text: str, end: int) -> tuple[str, str, int]:
    """(unit, dimension, end) from the text after a number."""
    match = UNIT.match(text, end)
    if not match:
        return "", UNKNOWN, end
    separator, written = match.groups()
    unit = unit_of(written)
    rest = text[match.end() :]
    number_follows = re.match(r"[_\- (]*[-+]?\d", rest) is not None
    # "run3_T=4K", "run3_T_4K": the T belongs to the next number
    if rest.startswith("=") or (separator and number_follows and quantity_of_word(written)):
        return "", UNKNOWN, end
    # "1.5T4K" is read as 1.5 T and 4 K, other letters before a digit as a word
    if rest[:1].isdigit() and (separator or not unit):
        return "", UNKNOWN, end
    if separator and not unit:
        return "", UNKNOWN, end
    if unit:
        return unit, DIMENSION_OF_UNIT[unit], match.end()
    return written, UNKNOWN, match.end()


def _is_code(text: str, place: int) -> bool:
    """Whether the piece of a name around a place mixes letters and digits, as a checksum does."""
    start = max(text.rfind(mark, 0, place) for mark in " _-=/([\0") + 1
    piece = re.split(r"[ _\-=/()\[\]\0]", text[start:], maxsplit=1)[0]
    piece = re.sub(r"(?<=\d)p(?=\d)", ".", piece)
    return len(LETTERS_AND_DIGITS.findall(piece)) >= CODE
