"""The question of the Identify page: a preset, fixed or changed values, the noise."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.inference.identifiability.noise import dataset_noise
from nmr_core.inference.identifiability.scan import SNR
from nmr_core.parameters import Parameter
from nmr_core.presets import PRESETS, Preset
from ui.shared import address, boot, compute, gone, inputs, state, things
from ui.shared.experiment_form import LABELS, LIST
from ui.shared.query import read_setting

KEY = "fix"
"""Fixed values in the address: ``fix=tau=100``."""
OLD_KEY = "hold"
"""The same in links of version 0.5."""
MOST_FIXED = 20
SNR_HELP = (
    "Largest possible signal, 1/2, over the standard deviation of noise in Re M and in Im M. "
    "Empty: the noise of the preset or data set."
)
DISORDER_HELP = (
    "Count the variation of the echo with the random offsets of the spins as noise, too. Without "
    "it: what could be estimated if the offsets were known."
)


@dataclass(frozen=True)
class Question:
    """What the page identifies.

    Parameters
    ----------
    source : str
        Name of a preset, or id of a data set.
    title : str
        Of the preset or data set.
    preset : Preset
        With the fixed values.
    fixed : dict
        Name -> value.
    noise : float, optional
        None: that of the preset.
    disorder : bool
        Whether disorder counts as noise.
    """

    source: str
    title: str
    preset: Preset
    fixed: dict[str, float | str]
    noise: float | None
    disorder: bool

    @property
    def options(self) -> dict[str, Any]:
        """Arguments of ``identify`` that differ from its defaults."""
        options: dict[str, Any] = {}
        if self.noise is not None:
            options["noise"] = self.noise
        if not self.disorder:
            options["disorder"] = False
        return options


def read_question() -> Question:
    """Draw all widgets; return the question.

    Raises
    ------
    InputError
        The preset with these values cannot be simulated.
    """
    sets = {
        i: entry.manifest
        for i, entry in state.datasets().items()
        if entry.manifest.preset_name and not entry.manifest.joined
    }
    labels = {name: preset.label for name, preset in PRESETS.items()}
    labels |= things.labels({i: manifest.title for i, manifest in sets.items()})
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        source = things.one("Preset or data set", labels, "of", noun="data set", width=440)
    if source is None:
        gone.notice("data set", "of")
        boot.stop()
    with row:
        own = None
        if source in sets:
            preset = compute.dataset(source, sets[source].created).preset
            own = dataset_noise(preset, sets[source].effects)
        else:
            preset = PRESETS[source]
        noise = _noise(preset, own)
        with st.popover("Fix parameters, change settings", icon=":material/tune:"):
            values = _fixed(source, preset)
        disorder = inputs.toggle("Disorder", "disorder", True, link=True, help=DISORDER_HELP)
    title = sets[source].title if source in sets else preset.label
    preset = preset.fix(**values) if values else preset
    return Question(source, title, preset, values, noise, disorder)


def _noise(preset: Preset, own: float | None) -> float | None:
    """The noise from the field "SNR"; where that is empty, ``own``; None: that of the preset."""
    usual = preset.base.noise if own is None else own
    shown = f"{0.5 / usual:,.4g}" if usual else "∞"
    spec = SNR.within(SNR.low, SNR.high, SNR.default, description=SNR_HELP)
    snr = inputs.number(spec, "snr", link=True, empty=True, placeholder=shown, width=120)
    return 0.5 / snr if snr else own


def _fixed(source: str, preset: Preset) -> dict[str, float | str]:
    """Name -> value of what is fixed or changed; read from the address where that is new."""
    st.caption(
        "A fixed parameter counts as known, so it has no verdict. Every other quantity of the "
        "experiment can be changed here too, such as τ or the normalisation."
    )
    specs, key = _specs(preset), f"fixed-{source}"
    if linked := address.new(KEY) or address.new(OLD_KEY):
        values = _parse(linked, specs)
        inputs.assign(key, list(values))
        for name, value in values.items():
            shown = str(value) if specs[name] is None else value
            inputs.assign(_widget_key(source, name), shown)
    names = inputs.several(
        "Fix parameters, change settings",
        {name: _label(specs, name) for name in specs},
        key,
        label_visibility="collapsed",
        placeholder="Choose τ, ξ, the kernel …",
    )
    values = {name: _value(source, name, specs[name], preset) for name in names}
    address.write(KEY, [f"{name}={_text(value)}" for name, value in values.items()])
    address.write(OLD_KEY, [])
    return values


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else format(value, ".15g")


def _widget_key(source: str, name: str) -> str:
    return f"fixed-{source}-{name}"


def _specs(preset: Preset) -> dict[str, Parameter | None]:
    """What can be fixed: parameters of the prior, then fields that no setting decides.

    None stands for a choice instead of a number.
    """
    decided = {name for name, _ in preset.settings[0]}
    fields = [
        name
        for name in FIELDS
        if name not in preset.space and name not in decided and (name in PHYSICAL or name in LABELS)
    ]
    choices = dict.fromkeys(name for name in fields if name in LABELS)
    numbers = {
        name: PHYSICAL[name].within(
            PHYSICAL[name].low, PHYSICAL[name].high, getattr(preset.base, name)
        )
        for name in fields
        if name not in LABELS
    }
    return {spec.name: spec for spec in preset.drawn if not spec.values} | numbers | choices


def _label(specs: dict[str, Parameter | None], name: str) -> str:
    spec = specs[name]
    return spec.label if spec else LABELS[name][0]


def _parse(texts: list[str], specs: dict[str, Parameter | None]) -> dict[str, float | str]:
    """Values of the address; unknown names and impossible values are left out."""
    values: dict[str, float | str] = {}
    for text in texts[:MOST_FIXED]:
        with suppress(InputError):
            name, value = read_setting(text)
            if name not in specs:
                continue
            spec = specs[name]
            if spec:
                number = int if spec.integer else float
                values[name] = number(spec.check(value))
            else:
                values[name] = _checked_choice(name, value)
    return values


def _checked_choice(name: str, value: float | str) -> str:
    options = LABELS[name][1]
    if str(value) not in options:
        raise InputError(
            f"{name} must be one of {', '.join(options)}; got {str(value)[:40]!r}. Choose another."
        )
    return str(value)


def _value(source: str, name: str, spec: Parameter | None, preset: Preset) -> float | str:
    """The widget of one fixed value, which first shows that of the preset."""
    key, own = _widget_key(source, name), getattr(preset.base, name, None)
    if spec:
        return inputs.number(spec if own is None else spec.within(spec.low, spec.high, own), key)
    label, options = LABELS[name]
    options = {option: text for option, text in options.items() if option != LIST}
    index = list(options).index(str(own)) if str(own) in options else 0
    value = inputs.choice(label, options, key, index=index)
    return int(value) if name == "sense" else value
