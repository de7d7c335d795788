"""The reference run, to which tables and figures show differences; part of the address."""

from collections.abc import Mapping, Sequence

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.compare import RunEntry
from nmr_core.evaluation.reference import Change, error_change, rmse_change
from nmr_core.learning import Run
from ui.compare import cached
from ui.shared import address, caches, compute, gone, inputs

KEY = "reference"
NONE = ""
"""Option for no reference."""
CHANGED = "_reference-changed"
"""In the session: another reference was chosen, which the whole page shows."""


def read(entries: Mapping[str, RunEntry]) -> Run | None:
    """Return the chosen reference run, before its box is drawn; None without one.

    One that does not exist any more is named.
    """
    st.session_state.pop(CHANGED, None)
    linked = [id for id in address.new(KEY) if id][:1]
    id = linked[0] if linked else st.session_state.get(KEY, NONE)
    if id in entries:
        gone.forget(KEY)
        inputs.assign(KEY, id)
    elif id:
        gone.mark(KEY, id)
        address.accept(KEY)
    gone.notice("run", KEY)
    if id not in entries:
        inputs.assign(KEY, NONE)
        if not gone.marked(KEY):
            address.write(KEY, [])
        return None
    address.write(KEY, id)
    try:
        return compute.run(id, entries[id].run.manifest.created)
    except (FailedError, InputError):
        return None


def box(runs: Sequence[Run], reference: Run | None) -> None:
    """Show the choice of the reference among the compared runs; the page is run with another."""
    if st.session_state.pop(CHANGED, False):
        st.rerun()
    shown = {run.id: run for run in (*runs, *([reference] if reference else []))}
    options = {NONE: "none"} | cached.titles(shown.values())
    inputs.choice(
        "Reference run",
        options,
        KEY,
        help="Leaderboard and tables show the differences to this run.",
        on_change=_note_change,
    )


def _note_change() -> None:
    st.session_state[CHANGED] = True


def version(reference: Run | None) -> cached.Version:
    """Return id and time of creation, for keys of caches."""
    return cached.version(reference) if reference else ("", "")


def change(run: cached.Version, reference: cached.Version) -> Change:
    """Return the change of a run's error, by (id, creation time); NaN for the reference itself."""
    return Change() if not reference[0] or run == reference else _change(run, reference)


@caches.resource(max_entries=2000, show_spinner=False)
def _change(run: cached.Version, reference: cached.Version) -> Change:
    try:
        return error_change(compute.run(*run), compute.run(*reference))
    except (FailedError, InputError):
        return Change()


@caches.resource(max_entries=2000, show_spinner=False)
def change_of_rmse(run: cached.Version, reference: cached.Version, target: str) -> float:
    """Return the relative change of the RMSE of a target, NaN for the reference itself."""
    if not reference[0] or run == reference:
        return Change().value
    return rmse_change(compute.run(*run), compute.run(*reference), target)
