"""How a text file is written, where that is not to be recognised."""

from dataclasses import dataclass

from nmr_core.errors import InputError

SEPARATORS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    " ": "white space",
    ", ": "comma and space",
}
DECIMALS = {".": "point", ",": "comma"}
GROUPS = {"": "none", ",": "comma", ".": "point", " ": "space", "'": "apostrophe"}
_SEPARATOR_WORDS = {word: sign for sign, word in SEPARATORS.items()} | {
    "space": " ",
    "comma-space": ", ",
}
_DECIMAL_WORDS = {word: sign for sign, word in DECIMALS.items()}
_GROUP_WORDS = {word: sign for sign, word in GROUPS.items()}


@dataclass(frozen=True)
class TextOptions:
    """Separator, decimal sign, header line and digit groups of a text file.

    Parameters
    ----------
    separator : str, optional
        Key or word of :data:`SEPARATORS`; default: recognised.
    decimal : str, optional
        Key or word of :data:`DECIMALS`; default: recognised.
    header_line : int, optional
        Number of the line with the names of the columns, from 1 as an editor counts; 0: there is
        none; default: recognised.
    group : str, optional
        Sign between groups of three digits, key or word of :data:`GROUPS`; default: recognised.

    Separator and decimal sign may both be a comma: of numbers in quotation marks.

    Raises
    ------
    InputError
        For anything else, and for a decimal sign that would also separate groups.
    """

    separator: str | None = None
    decimal: str | None = None
    header_line: int | None = None
    group: str | None = None

    def __post_init__(self) -> None:
        separator = _sign(self.separator, SEPARATORS, _SEPARATOR_WORDS, "separator")
        decimal = _sign(self.decimal, DECIMALS, _DECIMAL_WORDS, "decimal")
        group = _sign(self.group, GROUPS, _GROUP_WORDS, "group")
        if group and group == decimal:
            raise InputError(
                f"decimal and group must be different signs, got a {DECIMALS[group]} for both. "
                "Choose one of them again."
            )
        line = self.header_line
        if line is not None and (isinstance(line, bool) or not isinstance(line, int) or line < 0):
            raise InputError(
                f"header_line must be a whole number >= 0, got {line!r}. Give the line with the "
                "names of the columns, or 0 where there is none."
            )
        object.__setattr__(self, "separator", separator)
        object.__setattr__(self, "decimal", decimal)
        object.__setattr__(self, "group", group)

    @property
    def chosen(self) -> bool:
        """Whether anything is overruled."""
        return self != TextOptions()

    @property
    def flags(self) -> str:
        """Return the same as options of the command line, each with a space before it."""
        words = {
            "--separator": self.separator and SEPARATORS[self.separator],
            "--decimal": self.decimal and DECIMALS[self.decimal],
            "--digit-groups": None if self.group is None else GROUPS[self.group],
        }
        short = {"white space": "space", "comma and space": "comma-space"}
        line = "" if self.header_line is None else f" --header-line {self.header_line}"
        return "".join(f" {k} {short.get(v, v)}" for k, v in words.items() if v) + line


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
