"""What can be learned, as small badges: beside the parameters of a data set, beside targets before training, on cards."""

from collections.abc import Iterable

import numpy as np
import streamlit as st

from nmr_core.inference.identifiability import Identification, Verdict
from nmr_core.parameters import Parameter
from nmr_core.plots.identifiability import percent
from nmr_core.presets import Preset
from ui.shared import compute, identified
from ui.shared.text import quoted

KINDS = {
    "identifiable": ("green", ":material/check_circle:", "identifiable"),
    "combination": ("orange", ":material/link:", "only in combination"),
    "not": ("gray", ":material/block:", "not identifiable"),
}
"""Kind of verdict -> colour, icon, words."""


def badge(kind: str, text: str = "") -> str:
    """Markdown of a coloured badge: the icon of the verdict with its words, or with ``text``."""
    colour, icon, words = KINDS[kind]
    return f":{colour}-badge[{icon} {text or words}]"


def standard_error(verdict: Verdict, spec: Parameter) -> str:
    """ "± 0.0004 MHz", "" where there is no bound."""
    return (
        f"± {verdict.bound:.2g} {quoted(spec.unit)}".strip() if np.isfinite(verdict.bound) else ""
    )


def of_dataset(id: str, preset: Preset | None, names: Iterable[str] | None = None) -> None:
    """A line of badges for the parameters of a data set (only ``names`` of them), with the way to the Identify page; nothing
    for curves of unknown origin."""
    if preset is None or not len(preset.drawn):
        return
    found, shown = (
        identified.verdicts_of(preset),
        preset.drawn.names if names is None else list(names),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if found:
            for name in shown:
                if name in found.verdicts:
                    st.markdown(_short(found, name), width="content")
        else:
            hidden = compute.hidden_parameters(compute.key_of(preset), preset.fixed, preset)
            for name in shown:
                if name in hidden:
                    st.markdown(
                        f"{quoted(preset.space[name].symbol)} {badge('not')}", width="content"
                    )
        st.page_link(
            "pages/identify.py",
            icon=":material/fingerprint:",
            query_params={"of": id},
            label="What can an echo tell?" if found else "What can these echoes tell?",
            width="content",
        )


def _short(found: Identification, name: str) -> str:
    """ "α ± 0.8 %", "ξ only with α", "d not identifiable"."""
    verdict = found.verdicts[name]
    with_whom = ", ".join(quoted(found.spec(partner).symbol) for partner in verdict.partners)
    text = {
        "identifiable": f"± {percent(verdict.bound_percent)}",
        "combination": f"only with {with_whom}" if with_whom else "",
    }.get(verdict.kind, "")
    return f"{quoted(found.spec(name).symbol)} {badge(verdict.kind, text)}"
