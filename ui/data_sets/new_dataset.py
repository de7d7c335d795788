"""A new data set: preset, prior, settings, effects, size; its cost, before it is started."""

import hashlib
import json
from collections.abc import Collection
from typing import Any

import streamlit as st

from nmr_core.datasets.estimate import job_seconds
from nmr_core.datasets.generate import EFFECTS_SEED
from nmr_core.datasets.manifest import N_SAMPLES, PART_SIZE, SEED
from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL
from nmr_core.plots import density_figure
from nmr_core.presets import PRESETS, Preset, table_preset
from nmr_core.simulator.sides import side_notice
from nmr_core.storage.workspace import new_id
from nmr_core.weights import share_text
from ui.data_sets import preview, prior_table, settings_form
from ui.shared import (
    adding,
    compute,
    effects_form,
    figure_code,
    inputs,
    job_card,
    job_time,
    notice,
    visitor,
)
from ui.shared.figure import palette, show
from ui.shared.text import megabytes

OPEN = "_open-when-complete"
"""In the session: the data set that this visitor has started, and the one that was open then."""
MORE = {
    "prior": "Prior as a table",
    "settings": "Settings",
    "effects": "Measurement effects",
    "parts": "Part size",
    "preview": "Preview",
}


def form() -> None:
    """Preset, size, seed, further sections on demand; Generate with its cost and progress."""
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
    st.caption(PRESETS[name].description, help=PRESETS[name].source)
    one_list = base.offsets != "frozen" or inputs.toggle(
        "One list of frequencies for all curves, as published",
        f"new-one-list-{name}",
        True,
        help="A model then learns this one list, and cannot read a real sample. Off: each curve "
        "has its own line.",
    )
    more = st.pills(
        "Options",
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
    preset, expected, cost, unsolved, reasons = None, None, "", 0.0, ()
    try:
        drawn = _preset(PRESETS[name], more, request)
        tabled = [row.name for row in drawn.table]
        fixed = {
            field: value
            for field, value in (("n_x", side), ("n_y", side), ("tau", tau))
            if value != getattr(base, field) and field not in tabled
        }
        if not one_list and "offsets" not in tabled:
            fixed["offsets"] = "iid"
        drawn = drawn.fix(**fixed)
        request["preset"] = drawn.to_dict()
        unsolved = compute.unreachable(drawn)
        seconds, size = compute.cost(drawn, n_samples)
        expected = job_time.Expected("generate", job_seconds(seconds), recipe_key(request))
        cost = f"{job_time.words(expected)}, {megabytes(size)}"
        reasons = compute.hidden_parameters(compute.key_of(drawn), drawn.fixed, drawn).values()
        preset = drawn
    except InputError as error:
        notice.error(error)
    with st.container(horizontal=True, vertical_alignment="center"):
        clicked = adding.button(
            "Generate",
            type="primary",
            key="generate",
            icon=":material/play_arrow:",
            disabled=not preset,
        )
        if clicked and preset:
            id = new_id("ds")
            name = title or f"{preset.label}, {n_samples:,} curves"
            if job_card.submit("generate", {"dataset": id, **request}, name, expected):
                st.session_state[OPEN] = (id, st.session_state.get("dataset"))
                st.rerun()
        st.caption(cost)
    job_card.cards("generate", limit=3)
    if preset and (sides := side_notice(preset.build().sample)):
        st.caption(sides)
    if unsolved:
        st.caption(f"About {unsolved:.0%} of the draws cannot be solved and are drawn again.")
    for reason in reasons:
        st.info(f"Cannot be identified: {reason}", icon=":material/visibility_off:")
    if preset and "preview" in more:
        preview.first_curves(preset, request)


def recipe_key(params: dict[str, Any]) -> str:
    """What the time per curve depends on, as a hash: preset (its name, or in full), effects."""
    preset = params["preset"]
    if isinstance(preset, str) and preset in PRESETS:
        preset = PRESETS[preset].to_dict()
    text = json.dumps([preset, params.get("effects")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _open(id: str) -> None:
    """Callback: show a data set."""
    inputs.assign("dataset", id)


def open_finished(usable: Collection[str]) -> None:
    """Show the data set that this visitor started, once it is complete and unless another one was
    chosen meanwhile; to be called before the choice is drawn.
    """
    new, before = st.session_state.get(OPEN, ("", None))
    if new in usable:
        del st.session_state[OPEN]
        if st.session_state.get("dataset") == before:
            _open(new)


def _preset(source: Preset, more: list[str], request: dict) -> Preset:
    """The preset with the sections in ``more``; what is not part of it goes into ``request``."""
    preset, problem = source, None
    for name, section in (
        ("settings", _settings),
        ("prior", _prior),
        ("effects", _effects),
        ("parts", _parts),
    ):
        if name in more:
            try:
                preset = section(preset, request)
            except InputError as error:  # the other sections stay on the page
                problem = problem or error
    if problem:
        raise problem
    return preset


def _settings(preset: Preset, request: dict) -> Preset:
    return settings_form.form(preset)


def _prior(preset: Preset, request: dict) -> Preset:
    rows, sampling = prior_table.editor(preset)
    chosen = table_preset(rows, preset, sampling)
    if focused := [spec for spec in chosen.space if spec.density]:
        show(
            density_figure(focused, palette()),
            key="densities",
            alt=f"Prior and sampling density of {', '.join(spec.name for spec in focused)}.",
            code=figure_code.lines(
                "density_figure\nfrom nmr_core.presets import preset_from_dict",
                f"preset = preset_from_dict({chosen.to_dict()!r})",
                "specs = [spec for spec in preset.space if spec.density]",
                "figure = density_figure(specs, LIGHT)",
            ),
        )
        st.caption(share_text(chosen.drawn.effective_share))
    return chosen


def _effects(preset: Preset, request: dict) -> Preset:
    effects = effects_form.form("new", simulated=True)
    if effects:
        request |= {
            "effects": effects,
            "effects_seed": inputs.number(EFFECTS_SEED, "new-effects-seed"),
        }
    return preset


def _parts(preset: Preset, request: dict) -> Preset:
    with st.container(width=240):
        size = inputs.number(
            PART_SIZE.within(10, 100_000, PART_SIZE.default, symbol="Part size"), "new-part-size"
        )
    if size != PART_SIZE.default:
        request["part_size"] = size
    return preset
