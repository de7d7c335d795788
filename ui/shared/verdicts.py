"""What can be learned, as small badges: beside the parameters of a data set, beside targets before
training, on cards.
"""

from collections.abc import Iterable

import numpy as np
import streamlit as st

from nmr_core.inference.identifiability import Identification, Verdict
from nmr_core.inference.identifiability.identification import GRADES, HARDLY
from nmr_core.parameters import Parameter
from nmr_core.plots.identifiability import percent
from nmr_core.presets import Preset
from ui.shared import compute, identified
from ui.shared.text import quoted

LOOKS = {
    "identifiable": ("green", ":material/check_circle:"),
    "hardly": ("yellow", ":material/warning:"),
    "combination": ("orange", ":material/link:"),
    "not": ("gray", ":material/block:"),
}
"""Grade of a verdict -> colour, icon."""


def badge(verdict: Verdict) -> str:
    """Markdown of a coloured badge with the icon and the words of a verdict."""
    colour, icon = LOOKS[verdict.grade]
    return f":{colour}-badge[{icon} {verdict.words}]"


def standard_error(verdict: Verdict, spec: Parameter) -> str:
    """ "± 0.0004 MHz", "" where there is no bound."""
    return (
        f"± {verdict.bound:.2g} {quoted(spec.unit)}".strip() if np.isfinite(verdict.bound) else ""
    )


def of_dataset(id: str, preset: Preset | None, names: Iterable[str] | None = None) -> None:
    """Badges for the parameters of a data set, their explanation, and a link to the Identify page.

    Parameters
    ----------
    id : str
        The data set.
    preset : Preset or None
        Its preset; nothing is shown for signals of unknown origin.
    names : iterable of str, optional
        Parameters to show; default: all that the preset draws.
    """
    if preset is None or not len(preset.drawn):
        return
    identification = identified.verdicts_of(preset)
    shown = preset.drawn.names if names is None else list(names)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if identification:
            for name in shown:
                if name in identification.verdicts:
                    _chip(identification, name)
        else:
            hidden = compute.hidden_parameters(compute.key_of(preset), preset.fixed, preset)
            for name in shown:
                if name in hidden:
                    colour, icon = LOOKS["not"]
                    text = f"{quoted(preset.space[name].symbol)} {GRADES['not']}"
                    st.badge(text, icon=icon, color=colour, help=quoted(hidden[name]))
        st.page_link(
            "pages/identify.py",
            icon=":material/fingerprint:",
            query_params={"of": id},
            label="Identifiability",
            width="content",
        )
    if identification:
        st.caption(
            f"±: smallest possible standard error from one sample with {_noise(identification)}, "
            f"in % of the prior's range. Yellow: above {HARDLY:g} %; the prior alone gives 29 %."
        )


def _noise(identification: Identification) -> str:
    return f"SNR {identification.snr:.3g}"


def _chip(identification: Identification, name: str) -> None:
    """One badge: "α ± 0.8 % of range", "ξ only with α", "d not identifiable"; on hover why."""
    verdict, spec = identification.verdicts[name], identification.spec(name)
    colour, icon = LOOKS[verdict.grade]
    text = verdict.words
    if verdict.kind == "identifiable":
        text = f"± {percent(verdict.bound_percent)} of range"
    elif verdict.kind == "combination" and verdict.partners:
        partners = ", ".join(quoted(identification.spec(one).symbol) for one in verdict.partners)
        text = f"only with {partners}"
    error = standard_error(verdict, spec)
    best = f" At best {error} from one sample with {_noise(identification)}." if error else ""
    st.badge(
        f"{quoted(spec.symbol)} {text}",
        icon=icon,
        color=colour,
        help=f"{verdict.words.capitalize()}. {quoted(verdict.reason)}{best}",
    )
