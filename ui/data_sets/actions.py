"""Actions on the chosen data set: downloads, code, a noisy copy, rename, delete."""

from collections.abc import Callable

import streamlit as st

from nmr_core.datasets import DatasetEntry, EchoDataset, delete_dataset
from nmr_core.datasets.catalogue import rename_dataset
from nmr_core.datasets.measured import context_of
from nmr_core.datasets.recipe import recipe
from nmr_core.effects import EFFECTS
from nmr_core.errors import FailedError, InputError
from nmr_core.parameters import Parameter
from nmr_core.presets import Row, written_table
from nmr_core.storage.workspace import new_id
from ui.data_sets import export_form
from ui.shared import (
    adding,
    compute,
    deletion,
    effects_form,
    export,
    job_card,
    notice,
    reasons,
    visitor,
    windows,
)

PROBLEM = "_dataset-problem"


def _specs(opened: EchoDataset) -> dict[str, Parameter]:
    """Specification of every column of the parameters."""
    return {name: opened.spec(name) for name in opened.parameters}


def actions(entry: DatasetEntry, opened: EchoDataset) -> None:
    """A row of buttons.

    The example and the data sets of other visitors can be copied, not changed.
    """
    m = opened.manifest
    thing = export.Thing("dataset", m.id, m.owner)
    with st.container(horizontal=True):
        export.download(
            "Parameters (CSV)",
            lambda: compute.csv(opened.parameters, _specs(opened)),
            f"{m.id}.csv",
            "text/csv",
            "ds-csv",
            of=[thing],
        )
        export.download(
            "Curves (NPZ)",
            lambda: curves_npz(opened),
            f"{m.id}.npz",
            "application/octet-stream",
            "ds-npz",
            of=[thing],
        )
        with st.popover("Export", icon=":material/file_export:"):
            export_form.form(opened)
        if m.preset["table"]:
            prior = written_table(
                [Row.of(row) for row in m.preset["table"]], m.preset_name, m.preset["sampling"]
            )
            export.download("Prior (TOML)", prior, f"{m.id}.toml", "application/toml", "ds-toml")
        export.reproduce(*recipe(opened))
        with windows.window("Noisy copy", "copy-window", ":material/graphic_eq:"):
            _copy(opened)
        if not entry.shipped and visitor.may_change(m.owner):
            with windows.window("Rename", "rename-window", ":material/edit:"):
                st.text_input("Title", m.title, max_chars=80, key=f"rename-{m.id}")
                reasons.field("rename", m.owner, f"rename-{m.id}")
                st.button("Rename", key="rename-dataset", on_click=_rename, args=(m.id,))
            deletion.button("data set", m.id, m.title, delete)
    job_card.cards(
        "effects",
        limit=1,
        only=lambda job: job.params.get("source") == m.id,
    )


def curves_npz(opened: EchoDataset) -> bytes:
    """Every setting that the page shows, with parameters, and what the settings are."""
    signals = compute.shown_curves(opened.manifest.id, opened.manifest.created)
    columns = {
        name: opened.parameters[name].to_numpy()[: len(signals)] for name in opened.parameters
    }
    settings = opened.manifest.settings
    measured = {f"setting_{name}": [setting[name] for setting in settings] for name in settings[0]}
    return export.npz(time=opened.time, signals=signals, **columns, **measured)


def _copy(opened: EchoDataset) -> None:
    """The same samples as another measurement would show them."""
    m = opened.manifest
    has_pulses = context_of(m).since_pulse is not None
    effects = effects_form.form("copy", simulated=False, pulses=has_pulses)
    if not has_pulses:
        left_out = [kind.label for kind in EFFECTS.values() if kind.needs_pulses]
        st.caption(f"Pulse times unknown, so without {', '.join(left_out).lower()}.")
    seed = (
        m.effects_seed
        if m.effects
        else int(st.number_input("Seed of the effects", 0, 2**53 - 1, 0, key="copy-seed"))
    )
    title = st.text_input("Title", max_chars=80, key="copy-title", placeholder="optional")
    if adding.button(
        "Make the copy",
        key="copy-dataset",
        type="primary",
        disabled=not effects,
        icon=":material/play_arrow:",
    ):
        title = title or f"{m.title}, {effects_form.text(effects)}"
        if job_card.submit(
            "effects",
            {
                "source": m.id,
                "dataset": new_id("ds"),
                "effects": effects,
                "effects_seed": seed,
                "title": title,
                "owner": visitor.owner(),
            },
            title,
        ):
            windows.close("copy-window")
            st.rerun()


def _rename(id: str) -> None:
    windows.close("rename-window")
    with reasons.given(f"rename-{id}"):
        _tried(lambda: rename_dataset(id, st.session_state[f"rename-{id}"]))


def delete(id: str) -> None:
    """Put a data set into the trash."""
    delete_dataset(id, by=visitor.owner())


def _tried(action: Callable[[], object]) -> None:
    """Run a callback's action; a refusal becomes a sentence on the page."""
    try:
        action()
    except (InputError, FailedError) as error:
        st.session_state[PROBLEM] = str(error)


def show_problem() -> None:
    """The sentence of a refused action, once."""
    if problem := st.session_state.pop(PROBLEM, None):
        notice.error(problem)
