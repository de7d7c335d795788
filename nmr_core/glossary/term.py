"""A term of the glossary, and all of them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "terms.toml"
PAGE = "glossary.md"
GROUPS = {
    "scores": "Scores",
    "estimates": "Estimates",
    "intervals": "Intervals and robustness",
    "identifiability": "Identifiability",
    "design": "Experiment design",
    "explanations": "Explanations",
    "studies": "Studies",
    "signals": "Signals",
    "runs": "Lists",
    "words": "Words",
    "symbols": "Symbols",
}
"""Group -> its heading on the page Glossary."""
ASCII = str.maketrans(
    {
        "²": "^2",
        "°": "degrees",
        "µ": "u",
        "−": "-",
        "–": "-",
        "±": "+-",
        "Σ": "sum of",
        "Δ": "delta ",
        "χ": "chi",
        "σ": "sigma",
    }
)
"""Characters of heads that spreadsheets and old consoles show wrongly."""


@dataclass(frozen=True)
class Term:
    """What a column, a number or a word means.

    Attributes
    ----------
    key : str
        Name of the column, or "table.column" where a table has its own meaning of it.
    group : str
        A key of :data:`GROUPS`.
    meaning : str
        One sentence.
    words : str
        Name in words.
    symbol : str
        Short form; "" if the words are short enough.
    unit : str
        "" without; "parameter" for that of the parameter in the same row.
    format : str
        How a number is written, printf style or a format of Streamlit; "" for texts.
    for_each : str
        "parameter", "class" or "acquisition" if it is also a family of columns, such as
        ``r2_alpha``.
    docs : str
        Page and heading of the documentation with more; "" for the group on the page Glossary.
    of, of_symbol : str
        Name and symbol of the parameter, class or acquisition that the column is about, if any.
    """

    key: str
    group: str
    meaning: str
    words: str = ""
    symbol: str = ""
    unit: str = ""
    format: str = ""
    for_each: str = ""
    docs: str = ""
    of: str = ""
    of_symbol: str = ""

    @property
    def head(self) -> str:
        """Head of a column, such as "RMSE α (MHz)"."""
        return self._with_unit(self.of_symbol, self.unit if self.unit != "parameter" else "")

    @property
    def csv_head(self) -> str:
        """Head of a column in a CSV file, in ASCII, such as "RMSE alpha (MHz)"."""
        unit = "unit of the parameter" if self.unit == "parameter" else self.unit
        return self._with_unit(self.of, unit).translate(ASCII)

    def _with_unit(self, of: str, unit: str) -> str:
        name = f"{self.symbol or self.words} {of}".strip()
        return f"{name} ({unit})" if unit else name

    @property
    def help(self) -> str:
        """Text of a tooltip: the name in words and the meaning."""
        if self.symbol and self.words.casefold() not in self.meaning.casefold():
            return f"{self.words[0].upper()}{self.words[1:]}. {self.meaning}"
        return self.meaning

    @property
    def link(self) -> str:
        """Page and heading of the documentation, such as "glossary.md#scores"."""
        heading = GROUPS[self.group].lower().replace(" ", "-")
        return self.docs or f"{PAGE}#{heading}"


@cache
def terms() -> dict[str, Term]:
    """Return all terms by key, in the order of the file."""
    with FILE.open("rb") as file:
        entries = tomllib.load(file)
    return {key: _read(key, entry) for key, entry in entries.items()}


def _read(key: str, entry: dict[str, str]) -> Term:
    words = entry.pop("words", key.rpartition(".")[2].replace("_", " "))
    return Term(key, words=words, **entry)


def term(key: str) -> Term:
    """Return the term of a key.

    Raises
    ------
    KeyError
        There is none: add it to terms.toml.
    """
    return terms()[key]
