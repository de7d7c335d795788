"""A series: echoes over temperature, field, a delay, ... as one table and one figure.

    series = collect("monday/")                       files -> echoes with a swept quantity
    result = answer_series(run, series)               estimates, intervals, re-simulations
    result.table, result.save(), result.csv()

The modules in order: quantity and naming (the grammar of names), headers and names (candidates),
choosing, grouping (protocols), paths and collecting, answering, result, job, watching.
"""

from nmr_core.measured.series.collecting import collect
from nmr_core.measured.series.quantity import QUANTITIES, Quantity
from nmr_core.measured.series.series import Candidate, Group, Item, Series

__all__ = ["QUANTITIES", "Candidate", "Group", "Item", "Quantity", "Series", "collect"]
