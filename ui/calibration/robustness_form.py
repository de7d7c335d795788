"""The form that tries a run on disturbed signals, and the code that does the same."""

from typing import Any

import streamlit as st

from nmr_core.effects import EFFECTS, effects_from, effects_text
from nmr_core.inference.robustness import Robustness, default_effects
from nmr_core.learning.manifest import RunManifest
from nmr_core.storage.workspace import new_id
from ui.calibration import run_checks
from ui.calibration.run_checks import RunChecks
from ui.shared import adding, effects_form, gone, job_card, job_time, state, things

NO_RUN, NEW_RUN = "none", "new"
SIMULATIONS_PER_SIGNAL = 6
"""Effects that must be simulated are simulated once per strength."""
OTHER_HELP = (
    "Another run on the same signals: usually the same model, trained on signals with "
    "measurement effects. It can be trained now."
)


def form(checks: RunChecks) -> None:
    """Draw the number of signals, the run to compare with, and the button."""
    run, manifest = checks.run, checks.run.manifest
    entries = state.runs()
    others = things.labels(
        {
            i: entry.run.manifest.title
            for i, entry in entries.items()
            if i != run.id and _are_comparable(manifest, entry.run.manifest)
        }
    )
    options = {NO_RUN: "no other run", NEW_RUN: "the same model, trained now with effects"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n = st.number_input(
            "Signals per strength",
            20,
            5000,
            400,
            100,
            key="robust-n",
            persist_state="session",
            width=170,
        )
        other = things.one(
            "Compare with",
            options | others,
            "robust-other",
            noun="run",
            names_tab=False,
            elsewhere=entries,
            width=340,
            help=OTHER_HELP,
        )
    if other is None:
        gone.notice("run", "robust-other")
        return
    request: dict[str, Any] = {"run": run.id, "n": int(n)}
    n_simulated, training, is_ready = SIMULATIONS_PER_SIGNAL * n, "", True
    if other == NEW_RUN:
        effects, n_train = _training()
        n_simulated, training, is_ready = n_simulated + n_train, " and the training", bool(effects)
        request |= {
            "other": new_id("run"),
            "train_with_effects": {"effects": effects, "n_curves": n_train},
        }
    elif other != NO_RUN:
        request["other"] = other
    seconds = run_checks.simulation_time(run, n_simulated)
    expected = job_time.Expected("robustness", 10 + 1.5 * seconds, other) if seconds else None
    about = f" ({job_time.words(expected)}{training})" if expected else ""
    if adding.button(
        f"Test robustness{about}",
        type="secondary" if checks.robustness else "primary",
        key="robust",
        disabled=not is_ready,
        icon=":material/thunderstorm:",
    ) and job_card.submit("robustness", request, f"Robustness: {manifest.title}", expected):
        st.rerun()


def _training() -> tuple[list[dict[str, Any]], int]:
    """Effects and number of signals of the run that is trained first."""
    effects = effects_form.form("robust", simulated=True)
    n_train = st.number_input(
        "Signals to train it on",
        100,
        200_000,
        4000,
        1000,
        key="robust-other-n",
        persist_state="session",
        width=260,
    )
    return effects, int(n_train)


def reproduce(result: Robustness) -> tuple[str, str]:
    """Return the Python code and the command; a run that was deleted is trained again."""
    python = f"n={result.n}, seed={result.seed}"
    command = f"robustness {result.run} --curves {result.n} --seed {result.seed}"
    are_usual = all(
        tuple(values) == EFFECTS[effect].ladder.values for effect, values in result.effects.items()
    )
    if not are_usual or tuple(result.effects) != default_effects():
        python += f", effects={result.effects!r}"
        for effect, values in result.effects.items():
            command += f" --effect {effect}={','.join(map('{:g}'.format, values))}"
    head = before = ""
    if result.other in state.runs():
        python += f", other={result.other!r}"
        command += f" --other {result.other}"
    elif result.other:
        effects, n = effects_text(effects_from(result.other_own)), round(result.other_n_train / 0.9)
        head = "from nmr_core.inference.robustness import train_with_effects\n\n"
        before = f"other = train_with_effects(run, {effects!r}, n_curves={n})\n"
        python += ", other=other"
        command += f" --train-with {effects} --train-curves {n}"
    call = f"result = nmr.robustness(run, {python})\nprint(result.table())"
    return f"{head}{before}{call}", command


def _are_comparable(one: RunManifest, other: RunManifest) -> bool:
    """Whether two runs predict a common target from the same kind of signals."""
    return (
        one.task == other.task
        and one.time == other.time
        and len(one.settings) == len(other.settings)
        and bool(set(one.targets) & set(other.targets))
    )
