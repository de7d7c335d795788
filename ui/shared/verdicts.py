"""What can be learned, as small badges: beside the parameters of a data set, beside targets before
training, on cards.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from nmr_core.inference.identifiability import Identification, Verdict
from nmr_core.inference.identifiability.identification import GRADES, HARDLY
from nmr_core.inference.identifiability.noise import dataset_noise
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
    """ "± 0.0004 MHz", "" where nothing is known."""
    return (
        f"± {verdict.error:.2g} {quoted(spec.unit)}".strip() if np.isfinite(verdict.error) else ""
    )


def of_dataset(
    id: str,
    preset: Preset | None,
    names: Iterable[str] | None = None,
    effects: Sequence[dict[str, Any]] = (),
) -> None:
    """Badges for the parameters of a data set, their explanation, and a link to the Identify page.

    Parameters
    ----------
    id : str
        The data set.
    preset : Preset or None
        Its preset; nothing is shown for signals of unknown origin.
    names : iterable of str, optional
        Parameters to show; default: all that the preset draws.
    effects : sequence of dict
        Effects of the data set, whose noise counts.
    """
    if preset is None or not len(preset.drawn):
        return
    noise = dataset_noise(preset, effects)
    identification = identified.verdicts_of(preset, noise=noise)
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
        query = {"of": id} | ({} if noise is None else {"snr": f"{0.5 / noise:.6g}"})
        st.page_link(
            "pages/identify.py",
            icon=":material/fingerprint:",
            query_params=query,
            label="Identifiability",
            width="content",
        )
    if identification:
        st.caption(
            f"±: standard error of one estimate {identification.at_noise}, in % of the prior's "
            f"range ({sources(identification)}). Yellow: above {HARDLY:g} %; the prior alone gives "
            "29 %."
        )


def sources(identification: Identification) -> str:
    """Where the errors are from: "linear estimate from 64 seeds; d: best run"."""
    by_run = [
        quoted(identification.spec(name).symbol)
        for name, verdict in identification.verdicts.items()
        if verdict.run
    ]
    runs = f"{', '.join(by_run)}: best run" if by_run else ""
    known = [v for v in identification.verdicts.values() if np.isfinite(v.error)]
    if by_run and len(by_run) == len(known):
        return "best run on such data"
    return "; ".join(filter(None, (identification.method, runs)))


def _chip(identification: Identification, name: str) -> None:
    """One badge: "α ± 0.8 % of range", "ξ only with α", "d not identifiable"; on hover why."""
    verdict, spec = identification.verdicts[name], identification.spec(name)
    colour, icon = LOOKS[verdict.grade]
    text = verdict.words
    if verdict.kind == "identifiable":
        text = f"± {percent(verdict.error_percent)} of range"
    elif verdict.kind == "combination" and verdict.partners:
        partners = ", ".join(quoted(identification.spec(one).symbol) for one in verdict.partners)
        text = f"only with {partners}"
    error = standard_error(verdict, spec)
    source = "best run" if verdict.run else identification.method
    size = f" {error} {identification.at_noise} ({source})." if error else ""
    st.badge(
        f"{quoted(spec.symbol)} {text}",
        icon=icon,
        color=colour,
        help=f"{verdict.words.capitalize()}. {quoted(verdict.reason)}{size}",
    )
