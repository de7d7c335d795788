"""One glossary of columns and words: symbol, words, unit, meaning, and where to read more.

The terms stand in ``terms.toml``. Heads of tables in the app, in reports and on the command line,
tooltips, heads of CSV files and the page Glossary of the documentation are made from them::

    from nmr_core.glossary import column, headed
    column("mse_w2_alpha", run.manifest.targets).head      # "MSE/w² α"
    headed(table, run.manifest.targets)                    # the table with such heads

Physical parameters are not terms: their symbol and unit stand in their specification.
"""

from nmr_core.glossary.columns import Targets, column, headed, heads
from nmr_core.glossary.csv_text import csv_text
from nmr_core.glossary.scores import (
    FAR_WORSE,
    change_text,
    far_worse,
    percent_text,
    score_cell,
    score_text,
)
from nmr_core.glossary.term import GROUPS, Term, term, terms

__all__ = [
    "FAR_WORSE",
    "GROUPS",
    "Targets",
    "Term",
    "change_text",
    "column",
    "csv_text",
    "far_worse",
    "headed",
    "heads",
    "percent_text",
    "score_cell",
    "score_text",
    "term",
    "terms",
]
