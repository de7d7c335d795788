"""What is asked on the Identify page: a preset or the preset behind a data set, what is held or changed, the noise."""

from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.inference.identifiability.make import SIGMA
from nmr_core.inference.identifiability.scanning import SNR
from nmr_core.parameters import Parameter
from nmr_core.presets import PRESETS, Preset
from ui.shared import address, compute, gone, inputs, state
from ui.shared.experiment_form import LABELS
from ui.shared.query import said

KEY = "hold"
"""Held values in the address: ``hold=tau=100``."""
SNR_HELP = "Largest possible signal, 1/2, over the noise in Re M and in Im M. Empty: the noise of the protocol, or 500."


@dataclass(frozen=True)
class Question:
    """What can an echo of ``preset`` tell, with noise ``sigma`` (None: as the protocol has it), with or without disorder?"""

    source: str
    preset: Preset
    held: dict[str, float | str]
    sigma: float | None
    disorder: bool

    @property
    def options(self) -> dict:
        """Arguments of ``identify`` that are not as by default."""
        return ({} if self.sigma is None else {"sigma": self.sigma}) | (
            {} if self.disorder else {"disorder": False}
        )


def question() -> Question:
    """All widgets; what they ask. What cannot be simulated is an :class:`InputError`."""
    sets = {
        i: e.manifest
        for i, e in state.datasets().items()
        if e.manifest.preset_name and not e.manifest.joined
    }
    labels = {name: preset.label for name, preset in PRESETS.items()} | {
        i: f"{m.title} · {i}" for i, m in sets.items()
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = inputs.pick("Preset or data set", labels, "of", noun="data set", width=440)
        if source is None:
            gone.notice("data set", "of")
            st.stop()
        preset = (
            compute.dataset(source, sets[source].created).preset
            if source in sets
            else PRESETS[source]
        )
        sigma = _sigma(source, preset)
        with st.popover("Hold or change", icon=":material/tune:"):
            values = _held(source, preset)
        disorder = st.toggle(
            "Disorder",
            True,
            key="identify-disorder",
            persist_state="session",
            help="Count as noise that the spins' offsets lie elsewhere in every sample. Without it only the "
            "receiver's noise is counted: what could be learned if the offsets were known.",
        )
    return Question(source, preset.fix(**values) if values else preset, values, sigma, disorder)


def _sigma(source: str, preset: Preset) -> float | None:
    """The noise that was typed, as an SNR; None: the preset's own."""
    key, own = f"snr-{source}", 0.5 / (preset.base.noise or SIGMA.default)
    given = st.query_params.get("snr", "")
    if given != st.session_state.get("_snr-seen", ""):
        with suppress(InputError):
            st.session_state[key] = float(SNR.check(given))
    snr = st.number_input(
        "SNR",
        float(SNR.low),
        float(SNR.high),
        None,
        key=key,
        placeholder=f"{own:,.4g}",
        help=SNR_HELP,
        width=120,
        format="%.4g",
        persist_state="session",
    )
    address.remember("snr", [f"{snr:.15g}"] if snr else [])
    st.session_state["_snr-seen"] = st.query_params.get("snr", "")
    return 0.5 / snr if snr else None


def _held(source: str, preset: Preset) -> dict[str, float | str]:
    """Name -> value of what is held, or is another than the preset's; read from the address where that says something new."""
    st.caption(
        "A held parameter is known, so it is not asked for. Everything else of the experiment can be changed too: "
        "four times τ, another normalisation."
    )
    specs, key = _specs(preset), f"held-{source}"
    given = address.remembered(KEY)
    if given != st.session_state.get("_held-seen"):
        found = _read(given, specs)
        st.session_state.update({key: list(found), f"_{key}": found})
        for name, value in found.items():
            inputs.assign(_key(source, name), str(value) if specs[name] is None else value)
    chosen = st.multiselect(
        "Hold or change",
        list(specs),
        key=key,
        format_func=lambda name: _label(specs, name),
        persist_state="session",
        label_visibility="collapsed",
        placeholder="Choose τ, ξ, the kernel …",
    )
    first = st.session_state.get(f"_{key}", {})
    values = {
        name: _value(source, name, specs[name], first.get(name, getattr(preset.base, name, None)))
        for name in chosen
    }
    texts = [
        f"{name}={value if isinstance(value, str) else format(value, '.15g')}"
        for name, value in values.items()
    ]
    st.session_state["_held-seen"] = texts
    address.remember(KEY, texts)
    return values


def _key(source: str, name: str) -> str:
    return f"held-{source}-{name}"


def _specs(preset: Preset) -> dict[str, Parameter | None]:
    """What can be held: parameters of the prior, then every field that no setting decides; None where it is a choice."""
    taken = {name for name, _ in preset.settings[0]}
    fields = [
        name
        for name in FIELDS
        if name not in preset.space and name not in taken and (name in PHYSICAL or name in LABELS)
    ]
    known = dict.fromkeys(name for name in fields if name in LABELS)
    numbers = {
        name: PHYSICAL[name].within(
            PHYSICAL[name].low, PHYSICAL[name].high, getattr(preset.base, name)
        )
        for name in fields
        if name not in LABELS
    }
    return {spec.name: spec for spec in preset.drawn if not spec.values} | numbers | known


def _label(specs: dict, name: str) -> str:
    spec = specs[name]
    return spec.label if spec else LABELS[name][0]


def _read(texts: list[str], specs: dict) -> dict[str, float | str]:
    """What the address holds; what is no such parameter, or no possible value, is left out."""
    found: dict[str, float | str] = {}
    for text in texts[:20]:
        with suppress(InputError):
            name, value = said(text)
            if name in specs:
                spec = specs[name]
                found[name] = (
                    (int if spec.integer else float)(spec.check(value))
                    if spec
                    else _choice_of(name, value)
                )
    return found


def _choice_of(name: str, value) -> str:
    if str(value) not in LABELS[name][1]:
        raise InputError(
            f"{name} must be one of {', '.join(LABELS[name][1])}; got {str(value)[:40]!r}."
        )
    return str(value)


def _value(source: str, name: str, spec: Parameter | None, own) -> float | str:
    """The widget of one held value; ``own`` stands there at first."""
    key = _key(source, name)
    if spec:
        return inputs.number(spec if own is None else spec.within(spec.low, spec.high, own), key)
    label, options = LABELS[name]
    known = [option for option in options if option != "list"]
    value = st.selectbox(
        label,
        known,
        known.index(str(own)) if str(own) in known else 0,
        options.get,
        key=key,
        persist_state="session",
    )
    return int(value) if name == "sense" else value
