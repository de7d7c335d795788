"""What can be learned, as small badges: beside the parameters of a data set, beside targets before
training, on cards.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from nmr_core.errors import FailedError
from nmr_core.inference.identifiability import Identification, Verdict
from nmr_core.inference.identifiability.best_run import run_errors
from nmr_core.inference.identifiability.identification import GRADES, HARDLY
from nmr_core.inference.identifiability.noise import dataset_noise
from nmr_core.inference.identifiability.words import percent, short, sources
from nmr_core.learning import Run
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from ui.shared import compute, identified, once
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
        st.page_link(
            "pages/identify.py",
            icon=":material/fingerprint:",
            query_params={"of": id},
            label="Identifiability",
            width="content",
        )
    if identification:
        st.caption(f"{_explained(identification)} Yellow: above {HARDLY:g} %.")


def of_run(run: Run, runs: Sequence[Run] | None = None) -> None:
    """Badges for the targets of a run, at the noise of its data set, beside the errors of the run.

    Nothing is shown where the identification is not stored.

    Parameters
    ----------
    run : Run
        The one that is shown.
    runs : sequence of Run, optional
        All runs, where the page has read their list already.
    """
    identification = identified.of_run(run, runs)
    names = [name for name in run.targets if identification and name in identification.verdicts]
    if identification is None or not names:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for name in names:
            _chip(identification, name, _spread(identification.verdicts[name]))
    st.caption(f"{_explained(identification)}{_own_errors(run)}")


def _own_errors(run: Run) -> str:
    """ " This run: α 0.7 %, d 2.6 %.", "" where its test results cannot be read."""
    try:
        errors = once.table(lambda: run_errors(run), "errors of a run", run)
    except FailedError:
        return ""
    symbols = {name: quoted(spec["symbol"]) for name, spec in run.manifest.targets.items()}
    texts = [f"{symbols[name]} {percent(error.percent)}" for name, error in errors.items()]
    return f" This run: {', '.join(texts)}." if texts else ""


def _explained(identification: Identification) -> str:
    """What "±" is, at which noise, and where it is from."""
    return (
        f"±: standard error of one estimate {identification.at_noise}, in % of the prior's range "
        f"({quoted(sources(identification))}); the prior alone gives 29 %."
    )


def _spread(verdict: Verdict) -> str:
    """ " (median 0.6 %, worst point 1.4 %)" of the points of the prior, "" of the best run."""
    median, worst = verdict.spread_percent
    if not np.isfinite(worst):
        return ""
    return f" (median {percent(median)}, worst point {percent(worst)})"


def _chip(identification: Identification, name: str, spread: str = "") -> None:
    """One badge: "α ± 0.8 % of range", "ξ only with α", "d not identifiable"; on hover why."""
    verdict, spec = identification.verdicts[name], identification.spec(name)
    colour, icon = LOOKS[verdict.grade]
    error = standard_error(verdict, spec)
    source = "best run" if verdict.run else identification.method
    size = f" {error} {identification.at_noise} ({source})." if error else ""
    st.badge(
        f"{quoted(spec.symbol)} {quoted(short(identification, name))}{spread}",
        icon=icon,
        color=colour,
        help=f"{verdict.words.capitalize()}. {quoted(verdict.reason)}{size}",
    )
