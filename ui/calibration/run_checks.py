"""The run of the Calibration page, its stored results, and the button that calibrates it."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from nmr_core.datasets.estimate import job_seconds
from nmr_core.errors import FailedError, InputError
from nmr_core.inference.intervals import (
    METHODS,
    N_CHECK,
    N_CURVES,
    Calibration,
    Coverage,
    coverage,
    find_calibration,
    load_calibration,
    methods_for,
)
from nmr_core.inference.robustness import Robustness, find_robustness, load_robustness
from nmr_core.inference.robustness.result import FILE
from nmr_core.learning import Run
from nmr_core.storage.kinds import CALIBRATION, ROBUSTNESS
from ui.shared import (
    adding,
    boot,
    caches,
    compute,
    gone,
    inputs,
    job_card,
    job_time,
    notice,
    state,
    things,
    trash_list,
)
from ui.shared.text import quoted

SHIPPED = "pretrained-ml4sci-2020"
FITTING = 0.0015
"""Seconds per signal to fit the usual method."""


@dataclass(frozen=True)
class RunChecks:
    """A run with what is stored about its errors; None: not computed yet."""

    run: Run
    calibration: Calibration | None = None
    coverage: Coverage | None = None
    robustness: Robustness | None = None

    @property
    def level(self) -> float:
        """Level of the intervals on the page."""
        return self.coverage.level if self.coverage else 0.9


def choose() -> Run:
    """Return the chosen run; at first the newest with a stored result, else the shipped one."""
    entries = state.runs()
    checked = state.runs_with(CALIBRATION, ROBUSTNESS)
    with_results = [i for i, entry in entries.items() if not entry.shipped and i in checked]
    usual = SHIPPED if SHIPPED in entries else next(iter(entries))
    first = with_results[0] if with_results else usual
    labels = things.labels({i: entry.run.manifest.title for i, entry in entries.items()})
    chosen = things.one("Run", labels, "run", noun="run", index=list(entries).index(first))
    if chosen is None:
        gone.notice("run", "run")
        boot.stop()
    return compute.run(chosen, entries[chosen].run.manifest.created)


def load_checks(run: Run) -> RunChecks:
    """Load what is stored about a run.

    Damaged results, and those of an earlier run with this id, are left out with a warning.
    """
    calibration, coverage_ = _calibration(run)
    return RunChecks(run, calibration, coverage_, _robustness(run))


def _calibration(run: Run) -> tuple[Calibration | None, Coverage | None]:
    try:
        folder = find_calibration(run)
        if folder is None:
            return None, None
        return _covered(
            str(folder), (folder / "calibration.json").stat().st_mtime_ns, run.manifest.created, run
        )
    except (InputError, FailedError) as error:
        notice.warning(error)
        return None, None


@caches.resource(
    max_entries=16, show_spinner="Computing the coverage of the intervals on held-out signals"
)
def _covered(folder: str, stamp: int, created: str, _run: Run) -> tuple[Calibration, Coverage]:
    loaded = load_calibration(_run)
    return loaded, coverage(loaded)


def _robustness(run: Run) -> Robustness | None:
    try:
        folder = find_robustness(run.id)
        loaded = (
            None if folder is None else _loaded(str(folder), (folder / FILE).stat().st_mtime_ns)
        )
    except (InputError, FailedError) as error:
        notice.warning(error)
        return None
    return loaded if loaded and loaded.run_created == run.manifest.created else None


@caches.resource(max_entries=16, show_spinner=False)
def _loaded(folder: str, stamp: int) -> Robustness:
    return load_robustness(Path(folder))


def calibrate_form(checks: RunChecks) -> None:
    """Draw method, number of signals, and the button that calibrates."""
    run, is_calibrated = checks.run, checks.calibration is not None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        labels = {name: METHODS[name].label for name in methods_for(run.task)}
        method = inputs.choice(
            "Method",
            labels,
            f"calibrate-method-{run.task}",
            width=200,
            help="  \n".join(
                f"**{METHODS[name].label}**: {METHODS[name].description}" for name in labels
            ),
        )
        n = st.number_input(
            "Signals",
            int(N_CURVES.low),
            100_000,
            int(N_CURVES.default),
            1000,
            width=150,
            key="calibrate-n",
            persist_state="session",
            help=N_CURVES.description,
        )
        label = "Calibrate again" if is_calibrated else "Calibrate"
        expected = calibration_time(run, int(n))
        if adding.button(
            f"{label} ({job_time.words(expected)})" if expected else label,
            type="secondary" if is_calibrated else "primary",
            key="calibrate",
            icon=":material/rule:",
        ):
            params = {"run": run.id, "method": method, "n": int(n)}
            if job_card.submit("calibrate", params, f"Calibrate: {run.manifest.title}", expected):
                st.rerun()
        trash_list.popover("calibration", "robustness", of=run.id)
    job_card.cards(("calibrate", "robustness"), limit=2)


def calibration_time(run: Run, n: int) -> job_time.Expected | None:
    """Nominal time of a calibration, where it is known how the curves are made."""
    seconds = simulation_time(run, n + int(N_CHECK.default))
    if not seconds:
        return None
    fitting = 4 + FITTING * n
    return job_time.Expected("calibrate", fitting + job_seconds(seconds), run.manifest.model)


def simulation_time(run: Run, n: int) -> float:
    """Seconds to simulate n fresh signals of a run here; 0: not known."""
    try:
        return _seconds(run.id, run.manifest.created, run) * n
    except (InputError, FailedError):
        return 0.0


@caches.data(max_entries=64, show_spinner=False)
def _seconds(id: str, created: str, _run: Run) -> float:
    from nmr_core.learning.origin import presets_of

    costs = [compute.cost(preset, 1)[0] for preset in presets_of(_run)]
    return sum(costs) / len(costs) if costs else 0.0


def about(checks: RunChecks) -> None:
    """One line about the run and the origin of its intervals."""
    m, c = checks.run.manifest, checks.calibration
    text = (
        f"**{quoted(m.title)}** on {quoted(m.dataset_title)}, trained on {m.n_train:,} signals"
        f"{m.and_fresh}."
    )
    if c is not None:
        kind = "sets" if c.task == "classification" else "intervals"
        text += (
            f" {METHODS[c.method].label} {kind} from {c.n_fit + c.n:,} {quoted(c.source)} signals; "
            f"their coverage is measured on {c.n_check:,} others."
        )
    st.caption(text)
