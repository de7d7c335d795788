"""A series on the page My measurement: files with their values, model, job, figure, downloads.

if series.is_chosen():                  the switch of the page
    series.show(upload, kind, level)
"""

from pathlib import Path

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation import load_run
from nmr_core.measured.acquired import FROM_FILE
from nmr_core.measured.series.job import store_series_request
from nmr_core.measured.series.result import SeriesResult, list_series, load_series
from nmr_core.measured.series.series import Series
from nmr_core.storage import catalogue
from nmr_core.storage.kinds import SERIES
from ui.measurement import series_model, series_reading, series_result, series_values, series_watch
from ui.measurement.several import SWITCH
from ui.shared import (
    adding,
    address,
    caches,
    deletion,
    inputs,
    job_card,
    notice,
    trash_list,
    visitor,
)
from ui.shared.uploads import Upload

KIND = "series"
STORED_KEY = "series-stored"
"""Key of the choice of a stored series, also in the address."""
STORED = "_series-of"
"""In the session: what a series was read from, and id of its result."""


def is_chosen() -> bool:
    """Show the switch; return whether the files are a series."""
    if address.new(STORED_KEY):
        inputs.assign(SWITCH, True)
    return inputs.toggle(
        "Series",
        SWITCH,
        link="series",
        help="Every file is an echo, over temperature, field, a delay or another quantity: one "
        "figure of all parameters. Off: the echoes of one sample.",
    )


def show(upload: Upload | None, kind: str, level: float) -> None:
    """Show a series from its files on; without an upload the stored ones.

    Parameters
    ----------
    upload : Upload, optional
        Files, or a zip of a folder.
    kind : str
        Key in ``READERS``; "": recognised.
    level : float
        Of the intervals.
    """
    if upload is None:
        st.caption("Choose several files, a file with several echoes, or a zip file of a folder.")
        place = series_watch.folder()
        if place is None:
            _stored()
        else:
            _watched(place, kind, level)
        return
    items = series_reading.read(upload, kind)
    if items is None:
        return
    st.header("The series", divider="gray", anchor=False)
    series = series_values.series_of(items, upload.name, upload.id)
    sources = series_reading.sources(upload, kind)
    if series.question or not series.groups or not answer(series, upload.id, sources, level):
        _stored()


def _watched(place: Path, kind: str, level: float) -> None:
    """A folder whose new echoes are estimated as they arrive, once a model has been chosen."""
    st.header("The series", divider="gray", anchor=False)
    series = series_watch.series(place, kind)
    if series is None:
        return
    series = series_values.series_of(series.items, series.title, str(place))
    if series.question or not series.groups:
        return
    sources = series_reading.Sources((str(place),), kind)
    answer(series, str(place), sources, level, follow=True)


def answer(
    series: Series,
    source: str,
    sources: series_reading.Sources,
    level: float,
    *,
    follow: bool = False,
) -> bool:
    """Show model, button, job and result of a series; return whether there is a result.

    Parameters
    ----------
    series : Series
        With a swept quantity.
    source : str
        Of the upload or folder.
    sources : Sources
        Files as the visitor has them.
    level : float
        Of the intervals.
    follow : bool
        Whether new echoes are estimated by themselves, after the first ones were.
    """
    st.header("The model", divider="gray", anchor=False)
    group = _group(series)
    run, series = series_model.choose(series, group, source, level)
    if run is None:
        return False
    typed = [item.measurement.about for item in series.items if item.measurement is not None]
    known = repr([[about.get(fact) for fact in FROM_FILE.values()] for about in typed])
    key = (source, run, group, level, (*(item.value for item in series.items), known))
    _begin(series, key)
    if follow:
        _follow(series, key)
    job_card.cards(KIND, limit=1)
    result = _result(key, follow)
    if result is not None:
        st.header("The result", divider="gray", anchor=False)
        series_result.show(result, sources, group=group)
    return result is not None


def _group(series: Series) -> int:
    """The protocol that is read, where there are several."""
    if len(series.groups) == 1:
        return 1
    labels = {
        str(number): f"{number}: {len(group.items)} echoes, {group.difference or group.name}"
        for number, group in enumerate(series.groups, 1)
    }
    return int(inputs.choice("Protocol", labels, "series-group", link="group", brief=True))


def _begin(series: Series, key: tuple) -> None:
    """The button that begins the job."""
    waits = job_card.own_is_live(KIND)
    n = len(series.group(key[2]))
    if not adding.button(
        f"Estimate {n} echoes",
        key="series-begin",
        type="primary",
        icon=":material/stacked_line_chart:",
        disabled=waits,
    ):
        return
    _submit(series, key, _previous(key))


def _previous(key: tuple) -> str:
    """Id of the result of the same source, run and options; "" for none."""
    stored = st.session_state.get(STORED)
    if stored is None or stored[0][:4] != key[:4] or catalogue.find(SERIES, stored[1]) is None:
        return ""
    return stored[1]


def _follow(series: Series, key: tuple) -> None:
    """Estimate new echoes of a watched folder, in the result of the earlier ones."""
    stored = st.session_state.get(STORED)
    if stored is None or stored[0] == key:
        return
    previous = _previous(key)
    if previous and not job_card.own_is_live(KIND):
        _submit(series, key, previous)


def _submit(series: Series, key: tuple, previous: str) -> None:
    """Queue the job of a series; a refusal is shown as its sentence."""
    _, run, group, level, _ = key
    try:
        params = store_series_request(
            load_run(run), series, group=group, level=level, previous=previous
        )
    except (InputError, FailedError) as error:
        notice.error(error)
        return
    if job_card.submit(KIND, params, f"Series {series.title}"):
        st.session_state[STORED] = (key, params["series"])
        st.rerun()


def _result(key: tuple, follow: bool) -> SeriesResult | None:
    """The finished result of these echoes and options; of a watched folder the latest one."""
    stored = st.session_state.get(STORED)
    if stored is None or (stored[0][:4] != key[:4] if follow else stored[0] != key):
        return None
    return load(stored[1])


def load(id: str) -> SeriesResult | None:
    """Return a stored result, read once; None if there is none, or it is damaged."""
    folder = catalogue.find(SERIES, id)
    if folder is None:
        return None
    try:
        return _load(id, (folder / SERIES.document).stat().st_mtime_ns)
    except OSError:
        return None
    except (InputError, FailedError) as error:
        notice.error(error)
        return None


@caches.resource(max_entries=16, show_spinner=False)
def _load(id: str, changed: int) -> SeriesResult:
    """A stored result; ``changed`` is the time of its last change."""
    return load_series(id)


def _stored() -> None:
    """A choice of the stored series, and what is shown of the chosen one."""
    trash_list.undo(KIND)
    entries = {entry.id: entry for entry in list_series() if not entry.problem}
    if entries:
        labels = {
            id: f"{entry.title}, {entry.created}: {entry.summary}" for id, entry in entries.items()
        }
        id = inputs.choice(
            "Stored series",
            labels,
            STORED_KEY,
            link=True,
            index=None,
            placeholder="Choose a series that was estimated before",
        )
        result = load(id) if id else None
        if result is not None:
            series_result.show(result, series_reading.Sources((result.title,)))
            if visitor.may_change(result.owner):
                deletion.button(SERIES.label, result.id, result.title, _delete)
    trash_list.popover(KIND)


def _delete(id: str) -> None:
    catalogue.delete(SERIES, id, by=visitor.owner())
