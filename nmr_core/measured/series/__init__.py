"""A series: echoes over temperature, field, a delay, ... as one table and one figure.

    series = collect("monday/")                       files -> echoes with a swept quantity
    result = answer_series(run, series)               estimates, intervals, re-simulations
    result.table, result.csv(), result.save()

The modules in order: quantity and naming (the grammar of names), headers and names (candidates),
choosing, grouping (protocols), paths and collecting, model, resimulating and answering, result,
job, watching, growing, code. The second half needs runs and is imported by itself.
"""

from nmr_core.measured.series.collecting import collect
from nmr_core.measured.series.quantity import QUANTITIES, Quantity
from nmr_core.measured.series.series import Candidate, Group, Item, Series
from nmr_core.measured.series.watching import FolderWatch, watch

__all__ = [
    "QUANTITIES",
    "Candidate",
    "FolderWatch",
    "Group",
    "Item",
    "Quantity",
    "Series",
    "collect",
    "watch",
]
