"""The list of data sets, and what can be done with one: finish it, delete it, take it home."""

import pandas as pd
import streamlit as st

from nmr_core.datasets import DatasetEntry, EchoDataset, delete_dataset
from ui import compute, export, job_card
from ui.text import megabytes


def table(entries: list[DatasetEntry]) -> None:
    """All data sets, complete or not; broken ones with their sentence."""
    rows = [{"title": e.manifest.title if e.manifest else e.id, "preset": e.manifest.preset if e.manifest else "",
             "curves": e.manifest.n_samples if e.manifest else None, "done": _share(e),
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
            job_card.submit("generate", {"dataset": m.id, "preset": m.preset, "fixed": m.fixed, "n_samples": m.n_samples,
                                         "seed": m.seed, "part_size": m.part_size, "title": m.title}, m.title)
            st.rerun()


def actions(entry: DatasetEntry, opened: EchoDataset) -> None:
    """Downloads, the lines that make the data set again, and (not for the example) deletion."""
    m = opened.manifest
    with st.container(horizontal=True):
        export.download("Parameters (CSV)", lambda: compute.csv(opened.parameters), f"{m.id}.csv", "text/csv", "ds-csv")
        export.download("Curves (NPZ)", lambda: _curves(opened), f"{m.id}.npz", "application/octet-stream", "ds-npz")
        held = "".join(f" --set {name}={value}" for name, value in m.fixed.items())
        hold = f".hold(**{m.fixed})" if m.fixed else ""
        export.reproduce(f"import nmr_core as nmr\n\npreset = nmr.preset({m.preset!r}){hold}\n"
                         f"dataset = nmr.generate(preset, {m.n_samples}, seed={m.seed}, n_jobs=-1)",
                         f"python -m nmr_core generate --preset {m.preset} -n {m.n_samples} --seed {m.seed}{held}")
        if not entry.example:
            with st.popover("Delete", icon=":material/delete:"):
                st.write("Curves are gone for good; the seed makes them again.")
                st.button("Delete this data set", type="primary", key="delete-dataset", on_click=_delete, args=(entry.id,))


def _curves(opened: EchoDataset) -> bytes:
    """The curves that the page shows (5,000 at most) with their parameters."""
    signals = compute.shown_curves(opened.manifest.id, opened.manifest.created)
    columns = {name: opened.parameters[name].to_numpy()[:len(signals)] for name in opened.parameters}
    return export.npz(time=opened.time, signals=signals, **columns)


def _delete(id: str) -> None:
    delete_dataset(id)
    st.session_state.pop("dataset", None)
    st.toast("Deleted.")
