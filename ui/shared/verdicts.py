"""What can be learned, as small badges: beside the parameters of a data set, beside targets before
training, on cards.
"""

from collections.abc import Iterable

import numpy as np
import streamlit as st

from nmr_core.inference.identifiability import Identification, Verdict
from nmr_core.parameters import Parameter
from nmr_core.plots.identifiability import percent
from nmr_core.presets import Preset
from ui.shared import compute, identified
from ui.shared.text import quoted

HARDLY = 10.0
"""Standard error in % of the prior's range from which on an identifiable parameter is marked as
hardly identifiable; a uniform prior alone knows it to 28.9 %."""
KINDS = {
    "identifiable": ("green", ":material/check_circle:", "identifiable"),
    "hardly": ("yellow", ":material/warning:", "hardly identifiable"),
    "combination": ("orange", ":material/link:", "only in combination"),
    "not": ("gray", ":material/block:", "not identifiable"),
}
"""Kind -> colour, icon, words."""


def badge(kind: str, text: str = "") -> str:
    """Markdown of a coloured badge: the icon of the verdict with its words, or with ``text``."""
    colour, icon, words = KINDS[kind]
    return f":{colour}-badge[{icon} {text or words}]"


def kind_of(verdict: Verdict) -> str:
    """The key of :data:`KINDS` of a verdict: "hardly" where the standard error is more than
    :data:`HARDLY` % of the range.
    """
    hardly = verdict.kind == "identifiable" and verdict.bound_percent > HARDLY
    return "hardly" if hardly else verdict.kind


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
                    colour, icon, words = KINDS["not"]
                    symbol = quoted(preset.space[name].symbol)
                    st.badge(
                        f"{symbol} {words}", icon=icon, color=colour, help=quoted(hidden[name])
                    )
        st.page_link(
            "pages/identify.py",
            icon=":material/fingerprint:",
            query_params={"of": id},
            label="Identifiability",
            width="content",
        )
    if identification:
        st.caption(
            "±: smallest possible standard error from one sample, in % of the prior's range "
            f"({_noise(identification)}); the prior alone gives 29 %. Yellow: above {HARDLY:g} %."
        )


def _noise(identification: Identification) -> str:
    return f"noise {identification.noise:.2g} of M, SNR {identification.snr:.3g}"


def _chip(identification: Identification, name: str) -> None:
    """One badge: "α ± 0.8 %", "ξ only with α", "d not identifiable"; on hover what it means."""
    verdict, spec = identification.verdicts[name], identification.spec(name)
    colour, icon, words = KINDS[kind_of(verdict)]
    text = words
    if verdict.kind == "identifiable":
        text = f"± {percent(verdict.bound_percent)}"
    elif verdict.kind == "combination" and verdict.partners:
        partners = ", ".join(quoted(identification.spec(one).symbol) for one in verdict.partners)
        text = f"only with {partners}"
    error = standard_error(verdict, spec)
    best = f" At best {error} from one sample ({_noise(identification)})." if error else ""
    st.badge(
        f"{quoted(spec.symbol)} {text}",
        icon=icon,
        color=colour,
        help=f"{words.capitalize()}. {quoted(verdict.reason)}{best}",
    )
