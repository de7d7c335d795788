"""One test echo of the compared runs: chosen by a click, in a table or by a link."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.learning import Run
from nmr_core.plots import signal_figure
from nmr_core.storage.seeds import OFFSETS, sample_seed
from ui.compare import cached, reference
from ui.shared import (
    address,
    caches,
    compute,
    figure_code,
    gone,
    once,
    picture_cost,
    tables,
)
from ui.shared.figure import palette, show
from ui.shared.text import quoted

ECHO = "echo"
"""Key of the chosen echo in the address, as "run:sample"."""
CHOSEN = "_clicked"
"""In the session: id of the run and number of the sample of the last choice."""
CLICKS = "_clicks"
"""In the session: number of choices outside the table, which then has no row selected."""
TABLE = "echo-table"
"""Key of the expander around the table, which is filled while it is open."""
FARTHEST = 200
"""Echoes in the table: those that are farthest off."""
ROWS = 6
"""Rows in view."""


def choose(run: str, sample: int) -> None:
    """Choose an echo in a figure or by a link."""
    st.session_state[CHOSEN] = (run, sample)
    st.session_state[CLICKS] = st.session_state.get(CLICKS, 0) + 1


def read_link(by_id: Mapping[str, Run]) -> None:
    """Choose the echo that a link names."""
    for value in address.new(ECHO):
        id, _, sample = value.rpartition(":")
        if id in by_id and _is_tested(by_id[id], sample):
            choose(id, int(sample))
        else:
            st.session_state.pop(CHOSEN, None)
            of_run = f" of the run {id[:60]}" if id else ""
            gone.absent(
                f"The link names the echo {sample[:20]}{of_run}, which is not among the test "
                "echoes of the compared runs."
            )


def _is_tested(run: Run, sample: str) -> bool:
    """Whether a text is the number of a test echo of a run."""
    is_number = sample.isascii() and sample.isdigit() and len(sample) < 10
    return is_number and _is_in(run, int(sample))


def marked(run: Run) -> int | None:
    """Return the chosen sample, if this run was tested on it."""
    _, sample = st.session_state.get(CHOSEN, ("", None))
    return sample if sample is not None and _is_in(run, sample) else None


def _is_in(run: Run, sample: int) -> bool:
    """Whether a run was tested on a sample."""
    return sample in once.table(
        lambda: frozenset(run.predictions["sample"].tolist()), "samples", cached.version(run)
    )


def table(run: Run) -> None:
    """Show the echoes that are farthest off; a chosen row is drawn, as a clicked point is."""
    label = "Test echoes as a table, the farthest off first"
    table = st.expander(label, icon=":material/list:", key=TABLE, on_change="rerun")
    if not table.open:
        return
    with table:
        shown, samples = once.table(lambda: _farthest(run), "farthest", cached.version(run))
        key = f"echoes-{run.id}-{st.session_state.get(CLICKS, 0)}"
        tables.show(
            shown,
            key=key,
            height=tables.height(len(shown), ROWS),
            selection_mode="single-row",
            on_select=lambda: _choose_row(key, run.id, samples),
        )
        st.caption("Arrow keys move; Shift + Space chooses a row.")


def _choose_row(key: str, run: str, samples: list[int]) -> None:
    """Callback: the chosen row, none if the row was cleared."""
    rows = st.session_state[key]["selection"]["rows"]
    if rows and rows[0] < len(samples):
        st.session_state[CHOSEN] = (run, int(samples[rows[0]]))


def _farthest(run: Run) -> tuple[tables.Ready, list[int]]:
    """Sample, and true and predicted values, the largest weighted error first; the samples."""
    total = np.zeros(len(run.predictions))
    columns = {"sample": run.predictions["sample"].to_numpy()}
    for name, spec in run.manifest.targets.items():
        if name not in run.manifest.unidentifiable:
            total += (cached.residual(run, name) / (spec["high"] - spec["low"])) ** 2
        columns |= {f"true_{name}": run.true[name], f"predicted_{name}": run.predicted[name]}
    order = np.argsort(-total)[:FARTHEST]
    frame = pd.DataFrame(columns).iloc[order].reset_index(drop=True)
    return tables.ready(frame, run.manifest.targets), frame["sample"].tolist()


def show_chosen(by_id: Mapping[str, Run], base: Run | None) -> None:
    """Show the chosen echo beside the one simulated from its estimates, and all values.

    With a reference run its estimates stand beside those of the run.
    """
    id, sample = st.session_state.get(CHOSEN, ("", -1))
    run = by_id.get(id)
    if run is None or not _is_in(run, sample):
        address.write(ECHO, [])
        return
    address.write(ECHO, f"{id}:{sample}")
    left, right = st.columns([3, 2])
    with left:
        _draw(run, sample)
    with right:
        st.markdown(f"**Echo {sample}** :small[predicted by {quoted(run.manifest.title)}]")
        tables.show(
            once.table(
                lambda: _values(run, base, sample),
                *("values of an echo", cached.version(run), reference.version(base), sample),
            )
        )


def _draw(run: Run, sample: int) -> None:
    dataset = cached.opened(run)
    if dataset is None:
        st.caption("The data set of this run is no longer there, so its echoes cannot be shown.")
        return
    version = (dataset.manifest.id, dataset.manifest.created)
    signals = cached.signals(*version, sample)
    try:
        estimate, note = _from_estimates(cached.version(run), version, sample), ""
    except (InputError, FailedError) as error:
        estimate, note = None, f"No echo could be simulated from the estimates: {error}"
    show(
        once.figure(
            lambda: signal_figure(
                dataset.time, signals, palette(), f"Echo {sample}", estimate=estimate
            ),
            *("echo", signals, estimate, sample),
        ),
        key="clicked-echo",
        alt=f"Echo {sample}, and the echo simulated from its estimates.",
        name=f"compare-echo-{sample}-{run.id}",
        code=_code(run, sample, estimate is not None),
    )
    if estimate is not None:
        effects = ", without its measurement effects" if dataset.manifest.effects else ""
        note = (
            "Dashed: simulated from the estimates with the same random offsets of the spins"
            f"{effects}, so that all differences come from the estimates."
        )
    st.caption(quoted(note))


def _code(run: Run, sample: int, is_simulated: bool) -> str:
    imports = "signal_figure"
    statements = [
        f"dataset = nmr.load_dataset({run.manifest.dataset!r})",
        f"signals = dataset.curves([{sample}])[0]",
        "estimate = None",
    ]
    if is_simulated:
        imports += "\nimport numpy as np\nfrom nmr_core.storage.seeds import OFFSETS, sample_seed"
        statements[-1:] = [
            figure_code.run_line(run),
            f"row = run.predictions['sample'].tolist().index({sample})",
            "estimates = run.predicted.iloc[row].to_dict()",
            f"seed = sample_seed(dataset.manifest.seed, {sample}, OFFSETS)",
            "echoes = [",
            f"    nmr.simulate(dataset.experiment({sample}, k, estimates), seed=seed, setting=k)",
            "    for k in range(dataset.manifest.n_settings)",
            "]",
            "estimate = np.stack([echo.signal for echo in echoes])",
        ]
    return figure_code.lines(
        imports,
        *statements,
        f"figure = signal_figure(dataset.time, signals, LIGHT, 'Echo {sample}',",
        "                       estimate=estimate)",
    )


@caches.resource(max_entries=200, show_spinner=False)
def _from_estimates(run: cached.Version, dataset: cached.Version, sample: int) -> np.ndarray:
    """Signals of a sample with the estimates of a run instead of its parameters.

    Raises
    ------
    InputError
        The preset is unknown, an estimate is not possible, or it would take too long for a page.
    """
    opened, source = compute.run(*run), compute.dataset(*dataset)
    row = int(np.flatnonzero(opened.predictions["sample"] == sample)[0])
    estimates = opened.predicted.iloc[row].to_dict()
    unknown = [name for name in estimates if source.preset and name not in source.preset.space]
    if unknown:
        raise InputError(f"{unknown[0]} is no parameter of the preset.")
    seed = sample_seed(source.manifest.seed, sample, OFFSETS)
    n_settings = source.manifest.n_settings
    experiments = [source.experiment(sample, k, estimates) for k in range(n_settings)]
    picture_cost.check(picture_cost.of_echoes(experiments), "The echo of these estimates")
    echoes = [compute.echo(one, seed, k) for k, one in enumerate(experiments)]
    return np.stack([echo.signal for echo in echoes])


def _reference(run: Run, base: Run | None, sample: int) -> dict[str, float]:
    """Estimates of the reference run for a sample; empty where it has none of its own."""
    if base is None or base.id == run.id or base.manifest.dataset != run.manifest.dataset:
        return {}
    rows = np.flatnonzero(base.predictions["sample"] == sample)
    return base.predicted.iloc[rows[0]].to_dict() if len(rows) else {}


def _values(run: Run, base: Run | None, sample: int) -> tables.Ready:
    """One line per parameter of a predicted sample."""
    row = run.predictions[run.predictions["sample"] == sample]
    reference = _reference(run, base, sample)
    lines = []
    for name, spec in run.manifest.targets.items():
        true = float(row[f"true_{name}"].iloc[0])
        predicted = float(row[f"predicted_{name}"].iloc[0])
        width = spec["high"] - spec["low"]
        line = {
            "parameter": spec["label"],
            "true": f"{true:.4g}",
            "predicted": f"{predicted:.4g}",
            "off_by": f"{predicted - true:+.3g}",
            "off_by_percent": f"{100 * (predicted - true) / width:+.1f}",
        }
        if reference:
            line["of_reference"] = f"{reference[name]:.4g}" if name in reference else "–"
        lines.append(line)
    return tables.ready(pd.DataFrame(lines))
