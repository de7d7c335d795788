"""Report on one measured echo, for a notebook or a supplement: one page as PDF, and HTML.

report = measured_report(answer(run, measurements))
report.pdf(), report.html()
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from nmr_core.learning.run import Run
from nmr_core.measured import Prepared, Target
from nmr_core.measured.acquired import Acquired
from nmr_core.measured.answering import Answer, judged
from nmr_core.measured.refine import Refinement
from nmr_core.measured.resimulation import Resimulation
from nmr_core.plots.measured_html import measured_page, subtitle_of, title_of
from nmr_core.plots.measured_pdf import measured_pdf
from nmr_core.plots.paper import Look


@dataclass(frozen=True, eq=False)
class MeasurementReport:
    """A report that is written where it is asked for.

    Attributes
    ----------
    result : Answer
        Of one measured sample.
    name : str
        Of the file; "": that of the measurement.
    acquired : Acquired, optional
        What was measured.
    """

    result: Answer
    name: str = ""
    acquired: Acquired | None = None

    def html(self, look: Look | None = None) -> str:
        """Return a self-contained HTML file; ``look`` is the style of its figures."""
        return measured_page(self.result, name=self.name, acquired=self.acquired).html(look)

    def pdf(self) -> bytes:
        """Return a PDF file of one A4 page with its figures as vectors.

        Raises
        ------
        InputError
            If ReportLab is not installed.
        """
        return measured_pdf(
            self.result,
            title=title_of(self.result, self.name),
            subtitle=subtitle_of(self.result),
            acquired=self.acquired,
        )


def measured_report(
    result: Answer, *, name: str = "", acquired: Acquired | None = None
) -> MeasurementReport:
    """Return the report on an answer.

    Parameters
    ----------
    result : Answer
        Of :func:`nmr_core.measured.answering.answer`.
    name : str
        Of the file; default: that of the measurement.
    acquired : Acquired, optional
        What was measured.
    """
    return MeasurementReport(result, name, acquired)


def measurement_report(
    run: Run,
    prepared: Sequence[Prepared],
    target: Target,
    row: pd.Series,
    *,
    level: float = 0.9,
    resimulation: Resimulation | None = None,
    refinement: Refinement | None = None,
    name: str = "",
) -> MeasurementReport:
    """Return the report on an estimate, its re-simulation and its refinement.

    Parameters
    ----------
    run : Run
        The trained run.
    prepared : sequence of Prepared
        One per setting.
    target : Target
        What the measurement was brought to.
    row : Series
        Row of :func:`nmr_core.measured.estimating.estimate`.
    level : float
        Of the intervals.
    resimulation : Resimulation, optional
        Simulations of the estimate, if they were made.
    refinement : Refinement, optional
        Fit of the simulator, if it was made.
    name : str
        Of the file; default: that of the measurement.
    """
    result = judged(run, target, prepared, row, level, (resimulation, refinement))
    return MeasurementReport(result, name)
