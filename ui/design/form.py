"""The form of the Design page: sample, what may change, time, what counts, what is known."""

import math
from contextlib import suppress
from typing import Any

import streamlit as st

from nmr_core.design.checks import MOST
from nmr_core.design.problem import USUAL_NOISE
from nmr_core.effects import EFFECTS
from nmr_core.errors import InputError
from nmr_core.experiment import parse
from nmr_core.inference.identifiability.noise import dataset_noise
from nmr_core.parameters import Parameter
from nmr_core.presets import PRESETS, Preset
from ui.design import known, vary
from ui.design.numbers import SEED, SHOT, SNR_OF_A_SHOT, WEIGHT
from ui.design.question import CRITERIA, Question
from ui.shared import address, boot, compute, fixed_fields, gone, inputs, state, things
from ui.shared.text import quoted

MOST_SETTINGS = 400
FIRST = "lab"
"""Preset of the first visit."""
BUDGET_HELP = (
    "Measuring time of a design with its changes, such as 40 s, 10 min or 2 h. Empty: that of the "
    "default, the acquisitions of the preset with one shot each."
)
COUNTS_HELP = (
    "How much the error of a parameter counts, in units of its range: 1 for every parameter at "
    "first, 0 for one that has to be estimated as well but does not matter."
)


def read_question() -> Question:
    """Draw all widgets; return the question.

    Raises
    ------
    InputError
        If the values of a setting, or a known range, make no sense.
    """
    source, title, preset, noise = _source()
    with st.popover(fixed_fields.LABEL, icon=":material/lock:", width="stretch"):
        st.caption(
            "A fixed parameter counts as known. Every other quantity of the experiment can be "
            "changed here too, such as τ of the default or the width of the line."
        )
        fixed = fixed_fields.read(source, preset, prefix="design-fixed", without=("noise",))
    if fixed:
        st.caption(f":material/lock: {quoted(fixed_fields.sentence(fixed, preset))}")
        preset = preset.fix(**fixed)
    options: dict[str, Any] = {}
    options |= _one_shot(preset, noise)
    st.markdown("**What may change**", help=vary.HELP)
    values, change = vary.fields(preset)
    n = math.prod(map(len, values.values()))
    if n > MOST_SETTINGS:
        raise InputError(
            f"At most {MOST_SETTINGS} settings can be compared on the page, got {n:,} "
            "combinations. Give fewer values."
        )
    if values:
        options["vary"] = {name: list(several) for name, several in values.items()}
    if change:
        options["change"] = change
    st.markdown("**What counts**", help=COUNTS_HELP)
    if weights := _weights(preset):
        options["weights"] = weights
    with st.popover("What is known", icon=":material/filter_alt:", width="stretch"):
        posterior = known.ranges(preset)
    with st.popover("Errors of the instrument", icon=":material/build:", width="stretch"):
        nuisances = _nuisances()
    with st.popover("Method, composite sequences", icon=":material/tune:", width="stretch"):
        criterion = _method(preset, options)
    if posterior:
        options["posterior"] = posterior
        st.caption(f":material/filter_alt: Known: {known.sentence(posterior, preset)}")
    if nuisances:
        options["nuisances"] = nuisances
    return Question(source, title, preset, fixed, options, criterion)


def _source() -> tuple[str, str, Preset, float | None]:
    """Preset or data set: its name or id, title, preset, and the noise of a data set."""
    sets = {
        i: entry.manifest
        for i, entry in state.datasets().items()
        if entry.manifest.preset_name and not entry.manifest.joined
    }
    labels = {name: preset.label for name, preset in PRESETS.items()}
    labels |= things.labels({i: manifest.title for i, manifest in sets.items()})
    index = list(labels).index(FIRST)
    source = things.one("Preset or data set", labels, "of", noun="data set", index=index)
    if source is None:
        gone.notice("data set", "of")
        boot.stop()
    if source not in sets:
        return source, PRESETS[source].label, PRESETS[source], None
    preset = compute.dataset(source, sets[source].created).preset
    noise = dataset_noise(preset, sets[source].effects)
    return source, sets[source].title, preset, noise


def _one_shot(preset: Preset, own: float | None) -> dict[str, float]:
    """SNR, seconds per shot and budget, as arguments that differ from the defaults."""
    usual = own or preset.base.noise or USUAL_NOISE
    columns = st.columns(3, vertical_alignment="bottom")
    with columns[0]:
        usual_snr = {"empty": True, "placeholder": f"{0.5 / usual:,.4g}"}
        snr = inputs.number(SNR_OF_A_SHOT, "design-snr", link="snr", **usual_snr)
    with columns[1]:
        seconds = inputs.number(SHOT, "design-shot", link="shot")
    with columns[2]:
        budget = _budget()
    options: dict[str, float] = {}
    if snr or own:
        options["noise"] = 0.5 / snr if snr else float(own or 0)
    if seconds != SHOT.default:
        options["seconds_per_shot"] = seconds
    if budget is not None:
        options["budget"] = budget
    return options


def _budget() -> float | None:
    """Measuring time in s from a text with a unit; a link with another text is ignored."""
    for text in address.new("budget")[:1]:
        with suppress(InputError):
            if parse.seconds(text) > 0:
                inputs.assign("design-budget", text)
    address.accept("budget")
    words = {"placeholder": "default", "help": BUDGET_HELP}
    text = inputs.text("Budget", "design-budget", most=20, **words)
    address.write("budget", text or [])
    try:
        return parse.seconds(text) if text.strip() else None
    except InputError as error:
        raise InputError(f"The budget cannot be read: {error}.") from None


def _weights(preset: Preset) -> dict[str, float]:
    """One number per parameter in a row; those that differ from 1."""
    weights = {}
    with st.container(horizontal=True, gap="small"):
        for spec in preset.drawn:
            field = Parameter(
                f"weight of {spec.name}",
                spec.symbol,
                "",
                WEIGHT.low,
                WEIGHT.high,
                WEIGHT.default,
            )
            key = f"design-weight-{spec.name}"
            weights[spec.name] = inputs.number(field, key, link=f"weight-{spec.name}", width=64)
    return {name: weight for name, weight in weights.items() if weight != WEIGHT.default}


def _nuisances() -> dict[str, float]:
    """Effects that differ from sample to sample, with their strength."""
    labels = {name: kind.label for name, kind in EFFECTS.items() if name in NUISANCES}
    st.caption(
        "Errors that are not known, drawn anew for each sample. They count in the screen, the "
        "ranking and the proof."
    )
    names = inputs.several(
        "Errors", labels, "design-nuisances", link="errors", placeholder="Pulse angle, phase …"
    )
    strengths = {}
    for name in names:
        spec = EFFECTS[name].ladder.spec
        strengths[name] = inputs.number(
            spec, f"design-nuisance-{name}", link=f"error-{name}", width=160
        )
    return strengths


NUISANCES = ("pulse_angle_error", "phase_error", "amplitude_scale", "frequency_offset")
"""Effects that are offered."""


def _method(preset: Preset, options: dict[str, Any]) -> str:
    """Criterion, number of settings, seed, composite sequences; options are added."""
    criterion = inputs.choice("Criterion", CRITERIA, "design-criterion", link="by", brief=True)
    left, right = st.columns(2)
    with left:
        most = inputs.number(MOST, "design-most", link="most")
    with right:
        seed = inputs.number(SEED, "design-seed", link="seed")
    sequences = vary.sequences(preset)
    if most != MOST.default:
        options["most"] = int(most)
    if seed:
        options["seed"] = int(seed)
    if sequences:
        options["sequences"] = list(sequences)
    st.caption(
        f"Parameters that no candidate determines are left out of the minimax criterion, and are "
        f"listed. Now: {quoted(CRITERIA[criterion])}."
    )
    return criterion
