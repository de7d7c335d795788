"""The model of a series: what was measured, the runs that fit, and one that is made for it."""

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.io.options import ReadOptions
from nmr_core.learning import Run
from nmr_core.measured.acquired import Acquired, given_of
from nmr_core.measured.choice import runs_for_measurements
from nmr_core.measured.found import FoundEcho
from nmr_core.measured.making import find_made
from nmr_core.measured.series.model import TRIED, made_runs, run_for_series, spread
from nmr_core.measured.series.series import Series
from nmr_core.measured.series.stating import stated_series
from ui.measurement import echo, making, protocol
from ui.measurement.sample import Sample
from ui.predict.reading import Reading
from ui.shared import inputs, once
from ui.shared.text import quoted


def choose(series: Series, group: int, source: str, level: float) -> tuple[str | None, Series]:
    """Show what was measured and the models; return the chosen run and what was typed in.

    Parameters
    ----------
    series : Series
        With a swept quantity.
    group : int
        Group of one protocol that is read.
    source : str
        Of the upload or folder.
    level : float
        Of the intervals.

    Returns
    -------
    (str or None, Series)
        Id of the run, and the series with the given numbers in its echoes.
    """
    series = stated_series(series)
    measurements = spread(series, group=group)
    pairs = [(one, echo.found(one)) for one in measurements]
    usable = [(one, found) for one, found in pairs if isinstance(found, FoundEcho)]
    sample = None
    if usable:
        asks = protocol.asks(usable)
        with st.expander("What was measured", expanded=asks, icon=":material/tune:"):
            acquired = protocol.fields(source, usable, {})
        given = given_of(acquired[0])
        series = stated_series(series, lambda _: given)
        sample = _sample(series, source, usable, acquired, level)
    labels = {run.id: f"{run.manifest.title} ({run.id})" for run in candidates()}
    fits = _fitting(series, group, sample)
    if isinstance(fits, tuple):
        id, sentence = fits
        st.caption(quoted(sentence))
        labels = {id: labels.get(id, id)} | labels
    else:
        st.warning(quoted(fits), icon=":material/help:")
    chosen = None
    if labels:
        fits_one = isinstance(fits, tuple)
        chosen = inputs.choice(
            "Model",
            labels,
            f"series-model-{next(iter(labels))}-{int(fits_one)}",
            link="model",
            index=0 if fits_one else None,
            placeholder="None fits; choose one all the same, or make one below",
        )
    if sample is not None:
        making.section(sample, is_open=not isinstance(fits, tuple))
    return chosen, series


def candidates() -> list[Run]:
    """Runs that may read a series: those made for a measurement, then those that ship."""
    return [*made_runs(), *runs_for_measurements()]


def _sample(
    series: Series,
    source: str,
    pairs: list[echo.Pair],
    acquired: list[Acquired],
    level: float,
) -> Sample:
    """Some echoes of the series, for which a model is planned."""
    measurements = [measurement for measurement, _ in pairs]
    files = Reading(source, series.title, measurements, "", ReadOptions(), [])
    numbers = list(range(1, len(pairs) + 1))
    return Sample(files, numbers, pairs, acquired, (None, None), level, None)


def _fitting(series: Series, group: int, sample: Sample | None) -> tuple[str, str] | str:
    """(id, sentence) of the run that fits, or why none does; looked for once per series."""

    def found() -> tuple[str, str] | str:
        try:
            made = None if sample is None else _made(sample)
            if made is not None:
                return made.id, f"{made.id} was made for this protocol: {made.manifest.title}."
            run, sentence = run_for_series(series, group=group)
        except InputError as error:
            return str(error)
        return run.id, sentence

    key = "" if sample is None else repr(sample.acquired)
    with st.spinner("Looking for a model that fits …"):
        measurement = series.group(group)[0].measurement
        return once.table(found, "series model", measurement, group, key, len(candidates()))


def _made(sample: Sample) -> Run | None:
    """The model that was made for the protocol, for the first echoes that have one."""
    for k, (measurement, found) in enumerate(sample.pairs[:TRIED]):
        one = sample.acquired[k]
        if one.missing or not isinstance(found, FoundEcho):
            continue
        made = find_made([measurement], one, [found])
        if made is not None:
            return made
    return None
