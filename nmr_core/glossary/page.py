"""The page Glossary of the documentation."""

from collections.abc import Sequence

from nmr_core.experiment import DERIVED, PHYSICAL
from nmr_core.glossary.term import GROUPS, PAGE, Term, terms
from nmr_core.parameters import Parameter
from nmr_core.presets import PRESETS

INTRODUCTION = """# Glossary

Heads of tables, tooltips, reports and CSV files use these words. A CSV file has them in ASCII with
the unit in brackets, such as `RMSE alpha (MHz)`; `--json` gives the names in the column *name in
code* to programs.
"""


def glossary_page() -> str:
    """Return the page in Markdown: words, symbols, and one table per group of columns."""
    parts = [INTRODUCTION, _words(), _symbols()]
    parts += [_columns(group) for group in GROUPS if group not in ("words", "symbols")]
    return "\n".join(parts)


def _of(group: str) -> list[Term]:
    return [entry for entry in terms().values() if entry.group == group]


def _words() -> str:
    entries = sorted(_of("words"), key=lambda entry: entry.words)
    lines = [f"{entry.words}\n:   {entry.meaning}{_more(entry)}\n" for entry in entries]
    return "\n".join([f"## {GROUPS['words']}\n", *lines])


def _symbols() -> str:
    rows = [(spec.symbol, f"`{spec.name}`", spec.unit, spec.description) for spec in _parameters()]
    rows += [(entry.symbol, "", "", entry.meaning) for entry in _of("symbols")]
    head = ("symbol", "name in code", "unit", "meaning")
    return f"## {GROUPS['symbols']}\n\n{_table(head, rows)}"


def _parameters() -> list[Parameter]:
    """All parameters, each name once."""
    spaces = [*(preset.space for preset in PRESETS.values()), PHYSICAL, DERIVED]
    return list({spec.name: spec for space in spaces for spec in space}.values())


def _columns(group: str) -> str:
    rows = [(entry.head, f"`{_code(entry)}`", entry.meaning + _more(entry)) for entry in _of(group)]
    head = ("head", "name in code", "meaning")
    return f"## {GROUPS[group]}\n\n{_table(head, rows)}"


def _code(entry: Term) -> str:
    name = entry.key.rpartition(".")[2]
    return f"{name}, {name}_{entry.for_each}" if entry.for_each else name


def _more(entry: Term) -> str:
    return "" if entry.link.startswith(PAGE) else f" [More]({entry.link})"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    cells = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in lines]
    return "\n".join(f"| {line} |" for line in cells) + "\n"
