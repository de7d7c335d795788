"""The question of the Identify page: a preset, fixed or changed values, the noise."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from nmr_core.inference.identifiability.noise import dataset_noise
from nmr_core.inference.identifiability.scan import SNR
from nmr_core.presets import PRESETS, Preset
from ui.shared import boot, compute, fixed_fields, gone, inputs, state, things

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
        with st.popover(fixed_fields.LABEL, icon=":material/tune:"):
            st.caption(
                "A fixed parameter counts as known, so it has no verdict. Every other quantity of "
                "the experiment can be changed here too, such as τ or the normalisation."
            )
            values = fixed_fields.read(source, preset)
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
