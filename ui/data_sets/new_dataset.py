"""A new data set: preset, prior, settings, effects, size; what it will cost, before it is started."""

import streamlit as st

from nmr_core.datasets.generate import EFFECTS_SEED
from nmr_core.datasets.manifest import N_SAMPLES, PART_SIZE, SEED
from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL
from nmr_core.presets import PRESETS, Preset, table_preset
from nmr_core.storage.workspace import new_id
from ui.data_sets import prior_table, settings_form
from ui.shared import compute, effects_form, inputs, job_card, visitor
from ui.shared.text import duration, megabytes

MORE = {
    "prior": "Prior as a table",
    "settings": "Settings",
    "effects": "Measurement effects",
    "parts": "Part size",
}


def form() -> None:
    """Everything between "which echoes?" and "Generate"."""
    first, second, third = st.columns(3)
    with first:
        name = inputs.choice("Preset", {n: p.label for n, p in PRESETS.items()}, "new-preset")
        n_samples = inputs.number(N_SAMPLES.within(10, 1_000_000, 2000), "new-n")
    with second:
        seed = inputs.number(SEED, "new-seed")
        title = st.text_input(
            "Title", placeholder="optional", max_chars=80, key="new-title", persist_state="session"
        )
    with third:
        base = PRESETS[name].base
        side = inputs.number(
            PHYSICAL["n_x"].within(4, 128, base.n_x, name="side", symbol="Lattice side"),
            f"new-side-{name}",
        )
        tau = inputs.number(PHYSICAL["tau"].within(5, 500, base.tau), f"new-tau-{name}")
    more = st.pills(
        "Change",
        list(MORE),
        format_func=MORE.get,
        selection_mode="multi",
        key="new-more",
        persist_state="session",
    )
    request = {
        "n_samples": n_samples,
        "seed": seed,
        "title": title,
        "owner": visitor.owner(),
    }
    preset, cost, share, hidden = None, "", 0.0, ()
    try:
        made = _preset(PRESETS[name], more, request)
        held = {
            field: value
            for field, value in (("n_x", side), ("n_y", side), ("tau", tau))
            if value != getattr(base, field) and field not in [row.name for row in made.table]
        }
        made = made.fix(**held)
        request["preset"] = made.to_dict()
        share = compute.unreachable(made)
        seconds, size = compute.cost(made, n_samples)
        cost = f"about {duration(seconds)} on this machine, {megabytes(size)}"
        hidden = compute.hidden_parameters(compute.key_of(made), made.fixed, made).values()
        preset = made
    except InputError as error:
        st.error(str(error), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if (
            st.button(
                "Generate",
                type="primary",
                key="generate",
                icon=":material/play_arrow:",
                disabled=not preset,
            )
            and preset
        ):
            name = title or f"{preset.label}, {n_samples:,} curves"
            if job_card.submit("generate", {"dataset": new_id("ds"), **request}, name):
                st.rerun()
        st.caption(cost)
    if share:
        st.caption(f"About {share:.0%} of the draws cannot be solved and are drawn again.")
    for reason in hidden:
        st.info(f"Known before it is made: {reason}", icon=":material/visibility_off:")


def _preset(source: Preset, more: list[str], request: dict) -> Preset:
    """What is asked for beyond the preset, put into ``request`` as the job "generate" takes it."""
    made, problem = source, None
    for name, section in (
        ("settings", _settings),
        ("prior", _prior),
        ("effects", _effects),
        ("parts", _parts),
    ):
        if name in more:
            try:
                made = section(made, request)
            except InputError as error:  # the other sections stay on the page
                problem = problem or error
    if problem:
        raise problem
    return made


def _settings(made: Preset, request: dict) -> Preset:
    return settings_form.form(made)


def _prior(made: Preset, request: dict) -> Preset:
    rows, sampling = prior_table.editor(made)
    return table_preset(rows, made, sampling)


def _effects(made: Preset, request: dict) -> Preset:
    effects = effects_form.form("new", simulated=True)
    if effects:
        request |= {
            "effects": effects,
            "effects_seed": inputs.number(EFFECTS_SEED, "new-effects-seed"),
        }
    return made


def _parts(made: Preset, request: dict) -> Preset:
    with st.container(width=240):
        size = inputs.number(
            PART_SIZE.within(10, 100_000, PART_SIZE.default, symbol="Part size"), "new-part-size"
        )
    if size != PART_SIZE.default:
        request["part_size"] = size
    return made
