"""Try a run on bad measurements: how many curves, beside which twin; and the lines that do the same."""

import streamlit as st

from nmr_core.effects import EFFECTS, effects_from, effects_text
from nmr_core.inference.robustness import Robustness, default_effects
from nmr_core.storage.workspace import new_id
from ui.calibration import chosen
from ui.calibration.chosen import Found
from ui.shared import effects_form, inputs, job_card, state
from ui.shared.text import duration

NO_RUN, NEW_RUN = "", "new"


def form(found: Found) -> None:
    """Curves, other, and the button."""
    run, m = found.run, found.run.manifest
    others = {
        i: entry.run.manifest.title
        for i, entry in state.runs().items()
        if i != run.id and _alike(m, entry.run.manifest)
    }
    options = {NO_RUN: "nothing", NEW_RUN: "a other, trained now with effects"} | {
        i: f"{t} · {i}" for i, t in others.items()
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n = st.number_input(
            "Curves per strength",
            20,
            5000,
            400,
            100,
            key="robust-n",
            persist_state="session",
            width=170,
        )
        other = inputs.choice("Compare with", options, "robust-other", width=340)
    request = {"run": run.id, "n": int(n)} | (
        {"other": other} if other not in (NO_RUN, NEW_RUN) else {}
    )
    n_simulated, wanted = 6 * n, {}
    if other == NEW_RUN:
        effects = effects_form.form("robust", simulated=True)
        n_curves = st.number_input(
            "Curves that the other learns from",
            100,
            200_000,
            4000,
            1000,
            key="robust-other-n",
            persist_state="session",
            width=260,
        )
        wanted, n_simulated = (
            {"effects": effects, "n_curves": int(n_curves)},
            n_simulated + n_curves,
        )
    wait = chosen.waiting(run, n_simulated)
    about = (
        f" (about {duration(10 + 1.5 * wait)}{' and the training' if wanted else ''})"
        if wait
        else ""
    )
    if st.button(
        f"Try bad measurements{about}",
        type="secondary" if found.robustness else "primary",
        key="robust",
        disabled=other == NEW_RUN and not wanted["effects"],
        icon=":material/thunderstorm:",
    ):
        request |= {"other": new_id("run"), "train_with_effects": wanted} if wanted else {}
        job_card.submit("robustness", request, f"Bad measurements: {m.title}")
        st.rerun()


def lines(r: Robustness) -> tuple[str, str]:
    """The Python and the command that try the same; a other that is not here is trained again."""
    effects = {
        effect: values
        for effect, values in r.effects.items()
        if tuple(values) != EFFECTS[effect].ladder.values
    }
    python, command = (
        f"n={r.n}, seed={r.seed}",
        f"robustness {r.run} --curves {r.n} --seed {r.seed}",
    )
    if effects or tuple(r.effects) != default_effects():
        python += f", effects={r.effects!r}"
        command += "".join(
            f" --effect {effect}={','.join(map('{:g}'.format, values))}"
            for effect, values in r.effects.items()
        )
    before = ""
    if r.other in state.runs():
        python, command = f"{python}, other={r.other!r}", f"{command} --other {r.other}"
    elif r.other:
        through, n = effects_text(effects_from(r.other_own)), round(r.other_n_train / 0.9)
        before = f"other = train_with_effects(run, {through!r}, n_curves={n})\n"
        python, command = (
            f"{python}, other=other",
            f"{command} --train-with {through} --train-curves {n}",
        )
    head = "from nmr_core.inference.robustness import train_with_effects\n\n" if before else ""
    return f"{head}{before}found = nmr.robustness(run, {python})\nprint(found.table())", command


def _alike(mine, other) -> bool:
    return (
        mine.task == other.task
        and mine.time == other.time
        and len(mine.settings) == len(other.settings)
        and bool(set(mine.targets) & set(other.targets))
    )
