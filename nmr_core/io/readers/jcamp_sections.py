"""Sections of a JCAMP-DX file: blocks from TITLE to END, which may stand within one another."""

from dataclasses import dataclass

from nmr_core.io.readers.labels import Labels, entries

TABLES = ("DATATABLE", "XYDATA", "XYPOINTS")


@dataclass(frozen=True, eq=False)
class Section:
    """One block of a file with its tables.

    Attributes
    ----------
    labels : Labels
        Of the block; those of the blocks around it where it has none.
    tables : list of (form, body)
        As written: "(X++(R..R)), XYDATA" and the lines below.
    """

    labels: Labels
    tables: list[tuple[str, str]]

    @property
    def is_ntuples(self) -> bool:
        """Whether variables are given side by side."""
        return "SYMBOL" in self.labels.values

    @property
    def data_type(self) -> str:
        """Text of DATA TYPE, or of DATA CLASS where it is missing."""
        return self.labels.text("DATATYPE") or self.labels.text("NTUPLES")

    def column(self, label: str, symbol: str) -> str:
        """Entry of one variable; "" without it."""
        symbols = [part.strip() for part in self.labels.text("SYMBOL").split(",")]
        return self.labels.column(label, symbols.index(symbol)) if symbol in symbols else ""


def sections(text: str) -> list[Section]:
    """Return the blocks of a file that hold tables.

    Parameters
    ----------
    text : str
        The whole file.
    """
    stack: list[list[tuple[str, str]]] = []
    found: list[Section] = []

    def close() -> None:
        own = stack.pop()
        tables = [_table_of(key, value) for key, value in own if key in TABLES]
        if tables:
            around = [pair for block in reversed(stack) for pair in block]
            plain = [pair for pair in own + around if pair[0] not in TABLES]
            found.append(Section(Labels.first(plain), tables))

    for key, value in entries(text):
        if key == "TITLE" or not stack:
            stack.append([])
        if key == "END":
            close()
        else:
            stack[-1].append((key, value))
    while stack:
        close()
    return found


def _table_of(key: str, value: str) -> tuple[str, str]:
    form, _, body = value.partition("\n")
    return f"{form} {key}".upper().replace(" ", ""), body
