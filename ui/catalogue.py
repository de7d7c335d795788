"""The list of data sets, and what can be done with one: finish it, delete it, take it home."""

import shlex

import pandas as pd
import streamlit as st

from nmr_core.datasets import DatasetEntry, EchoDataset, delete_dataset
from nmr_core.experiment import PHYSICAL
from nmr_core.presets import PRESETS
from ui import compute, export, inputs, job_card
from ui.text import megabytes


def table(entries: list[DatasetEntry]) -> None:
    """All data sets, complete or not; broken ones with their sentence."""
    rows = [{"title": e.manifest.title if e.manifest else e.id, "preset": e.manifest.preset if e.manifest else "",
             "curves": e.manifest.n_samples if e.manifest else None,
             "settings": e.manifest.n_settings if e.manifest else None, "done": _share(e),
             "seed": e.manifest.seed if e.manifest else None, "size": megabytes(e.manifest.size) if e.manifest else "",
             "id": e.id, "note": e.problem or ("ships with the app" if e.example else "")} for e in entries]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height=min(300, 38 + 35 * len(rows)), column_config={
        "done": st.column_config.ProgressColumn("complete", format="percent", width="small"),
        "title": st.column_config.TextColumn(width="large")})


def _share(entry: DatasetEntry) -> float:
    return entry.n_done / entry.manifest.n_samples if entry.manifest else 0.0


def unfinished(entries: list[DatasetEntry]) -> None:
    """Data sets that were interrupted (and that no job is writing now), each with a button that finishes it."""
    writing = {job.params.get("dataset") for job in job_card.api.list_jobs() if job.live}
    for entry in entries:
        if entry.manifest is None or entry.manifest.complete or entry.id in writing:
            continue
        m = entry.manifest
        if st.button(f"Finish {entry.n_done:,} of {m.n_samples:,} curves", key=f"finish-{entry.id}", icon=":material/resume:"):
            job_card.submit("generate", {"dataset": m.id, "preset": m.preset, "settings": m.settings, "fixed": m.fixed,
                                         "n_samples": m.n_samples, "seed": m.seed, "part_size": m.part_size,
                                         "title": m.title}, m.title)
            st.rerun()


def setting(opened: EchoDataset) -> int:
    """Which echo of each sample is shown; asked only where there are several."""
    m = opened.manifest
    labels = {str(k): described(setting) or str(k + 1) for k, setting in enumerate(m.settings)}
    return int(inputs.choice("Setting", labels, f"setting-{m.id}", width=220)) if len(labels) > 1 else 0


def described(setting: dict[str, float]) -> str:
    """"β₁ = 90°, β₂ = 60°"."""
    return ", ".join(_value(name, value) for name, value in setting.items())


def _value(name: str, value) -> str:
    if name not in PHYSICAL:
        return f"{name} = {value}"
    spec = PHYSICAL[name]
    return f"{spec.symbol} = {value:g}{'' if spec.unit in ('', '°') else ' '}{spec.unit}"


def actions(entry: DatasetEntry, opened: EchoDataset) -> None:
    """Downloads, the lines that make the data set again, and (not for the example) deletion."""
    m = opened.manifest
    with st.container(horizontal=True):
        export.download("Parameters (CSV)", lambda: compute.csv(opened.parameters), f"{m.id}.csv", "text/csv", "ds-csv")
        export.download("Curves (NPZ)", lambda: curves_npz(opened), f"{m.id}.npz", "application/octet-stream", "ds-npz")
        export.reproduce(*recipe(opened))
        if not entry.example:
            with st.popover("Delete", icon=":material/delete:"):
                st.write("Curves are gone for good; the seed makes them again.")
                st.button("Delete this data set", type="primary", key="delete-dataset", on_click=_delete, args=(entry.id,))


def recipe(opened: EchoDataset) -> tuple[str, str]:
    """Python and command line that make a data set again."""
    m = opened.manifest
    own = [dict(setting) for setting in PRESETS[m.preset].settings]
    columns = {name: [setting[name] for setting in m.settings] for name in m.settings[0]} if m.settings != own else {}
    measure = f".measure(**{columns})" if columns else ""
    hold = f".hold(**{m.fixed})" if m.fixed else ""
    measured = "".join(f" --settings {name}={','.join(map(str, values))}" for name, values in columns.items())
    held = "".join(f" --set {shlex.quote(f'{name}={value}')}" for name, value in m.fixed.items())
    return (f"import nmr_core as nmr\n\npreset = nmr.preset({m.preset!r}){measure}{hold}\n"
            f"dataset = nmr.generate(preset, {m.n_samples}, seed={m.seed}, n_jobs=-1)",
            f"python -m nmr_core generate --preset {m.preset} -n {m.n_samples} --seed {m.seed}{measured}{held}")


def curves_npz(opened: EchoDataset) -> bytes:
    """Every setting of the samples that the page shows, with their parameters, and what the settings are."""
    signals = compute.shown_curves(opened.manifest.id, opened.manifest.created)
    columns = {name: opened.parameters[name].to_numpy()[:len(signals)] for name in opened.parameters}
    settings = opened.manifest.settings
    measured = {f"setting_{name}": [setting[name] for setting in settings] for name in settings[0]}
    return export.npz(time=opened.time, signals=signals, **columns, **measured)


def _delete(id: str) -> None:
    delete_dataset(id)
    st.session_state.pop("dataset", None)
    st.toast("Deleted.")
