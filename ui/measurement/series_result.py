"""The result of a series: figure, table, outliers, downloads."""

import streamlit as st

from nmr_core.measured.series.code import series_code
from nmr_core.measured.series.result import ESTIMATED, HIDDEN, SeriesResult
from nmr_core.plots.series import series_figure
from nmr_core.plots.series_report import caption, series_report
from ui.measurement.series_reading import Sources
from ui.shared import export, figure, once, tables
from ui.shared.text import quoted


def show(result: SeriesResult, sources: Sources, *, group: int = 1) -> None:
    """Show a stored result.

    Parameters
    ----------
    result : SeriesResult
        Of :func:`ui.measurement.series.load`.
    sources : Sources
        Files as the visitor has them, for the code.
    group : int
        Group of one protocol that was read.
    """
    code = series_code(
        result, sources.paths, group=group, kind=sources.kind, options=sources.options
    )
    st.markdown(f"**{quoted(result.summary)}.** {quoted(result.reason)}")
    for note in result.notes:
        st.caption(quoted(note))
    figure.show(
        once.figure(lambda: series_figure(result, figure.palette()), "series", result),
        key="series-figure",
        name=f"series-{result.id}",
        code=code,
        alt=f"Every parameter with its interval over {result.quantity.label}.",
    )
    st.caption(quoted(caption(result)))
    with st.container(horizontal=True):
        export.download("CSV", result.csv, f"{result.id}.csv", "text/csv", "series-csv")
        export.download(
            "Report",
            lambda: series_report(result, code=code).html(),
            f"{result.id}.html",
            "text/html",
            "series-report",
        )
        given = " ".join(repr(path) for path in sources.paths)
        export.reproduce(code, f"spin-echo-lab read {given} --series --with {result.run}")
    table, targets = result.shown()
    tables.show(table, targets, kind="series", height=tables.height(len(table), 12))
    _outliers(result)


def _outliers(result: SeriesResult) -> None:
    """Outliers and files without estimates, with the reasons."""
    table = result.table
    there = table["state"].isin([ESTIMATED, HIDDEN])
    outliers = table[table["outlier"].astype(bool) & there]
    if len(outliers):
        with st.expander(
            f"{len(outliers)} outliers by the applicability check", icon=":material/warning:"
        ):
            shown = outliers[["file", "applicability", "reason", "verdict"]]
            tables.show(shown, kind="series", height=tables.height(len(shown), 8))
    rest = table[~there]
    if len(rest):
        with st.expander(f"{len(rest)} echoes without estimates", icon=":material/block:"):
            shown = rest[["file", "state", "verdict"]]
            tables.show(shown, kind="series", height=tables.height(len(shown), 8))
