"""Separator, decimal sign and header line of text files, where they are not to be recognised."""

from dataclasses import dataclass

from nmr_core.errors import InputError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", " ": "white space"}
DECIMALS = {".": "point", ",": "comma"}
_SEPARATOR_WORDS = {word: sign for sign, word in SEPARATORS.items()} | {"space": " "}
_DECIMAL_WORDS = {word: sign for sign, word in DECIMALS.items()}


@dataclass(frozen=True)
class TextOptions:
    """Separator, decimal sign and header line of a text file.

    Parameters
    ----------
    separator : str, optional
        Key or word of :data:`SEPARATORS`; default: recognised.
    decimal : str, optional
        Key or word of :data:`DECIMALS`; default: recognised.
    header_line : int, optional
        Number of the line with the names of the columns, from 1 as an editor counts; 0: there is
        none; default: recognised.

    Raises
    ------
    InputError
        For anything else, and for a comma that would be both.
    """

    separator: str | None = None
    decimal: str | None = None
    header_line: int | None = None

    def __post_init__(self) -> None:
        separator = _sign(self.separator, SEPARATORS, _SEPARATOR_WORDS, "separator")
        decimal = _sign(self.decimal, DECIMALS, _DECIMAL_WORDS, "decimal")
        if separator == "," and decimal == ",":
            raise InputError(
                "separator and decimal must be different signs, got a comma for both. Choose one "
                "of them again."
            )
        line = self.header_line
        if line is not None and (isinstance(line, bool) or not isinstance(line, int) or line < 0):
            raise InputError(
                f"header_line must be a whole number >= 0, got {line!r}. Give the line with the "
                "names of the columns, or 0 where there is none."
            )
        object.__setattr__(self, "separator", separator)
        object.__setattr__(self, "decimal", decimal)

    @property
    def chosen(self) -> bool:
        """Whether anything is overruled."""
        return self != TextOptions()


def _sign(value: str | None, signs: dict[str, str], words: dict[str, str], what: str) -> str | None:
    """A sign from itself or from its word."""
    if value is None or value in signs:
        return value
    word = str(value).strip().lower()
    if word not in words:
        raise InputError(
            f"{what} must be {', '.join(words)}, got {str(value)[:20]!r}. Leave it out to have it "
            "recognised."
        )
    return words[word]
