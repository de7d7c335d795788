"""What is known already: narrower ranges of the parameters, by hand or from an echo just read."""

from contextlib import suppress

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import parse
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.presets import Preset
from ui.shared import address, inputs
from ui.shared.text import quoted

KEY = "known"
"""Known ranges in the address: ``known=d=3.5:4.2``."""
MOST = 20


def ranges(preset: Preset) -> dict[str, list[float]]:
    """Draw the widgets; return parameter -> lower and upper end of what is known of it.

    Raises
    ------
    InputError
        If a lower end is not below the upper one.
    """
    specs = {spec.name: spec for spec in preset.drawn if not spec.values}
    st.caption(
        "A posterior narrows the prior: the interval of an estimate, or what another method says. "
        "The links of My measurement and Predict fill these fields."
    )
    key = f"design-known-{preset.name}"
    if linked := address.new(KEY):
        values = _linked(linked, specs)
        inputs.assign(key, list(values))
        for name, (low, high) in values.items():
            inputs.assign(_key(preset, name, "low"), low)
            inputs.assign(_key(preset, name, "high"), high)
    names = inputs.several(
        "Narrower ranges",
        {name: spec.label for name, spec in specs.items()},
        key,
        placeholder="Choose a parameter",
    )
    known = {name: _ends(preset, specs[name]) for name in names}
    address.write(KEY, [f"{name}={low:.10g}:{high:.10g}" for name, (low, high) in known.items()])
    return known


def assign_middle(preset: Preset, part: float) -> None:
    """Callback: narrow every range to a part of it about its middle.

    Parameters
    ----------
    preset : Preset
        The prior.
    part : float
        Fraction of the range that is left.
    """
    specs = [spec for spec in preset.drawn if not spec.values]
    inputs.assign(f"design-known-{preset.name}", [spec.name for spec in specs])
    for spec in specs:
        middle, half = (spec.low + spec.high) / 2, part * spec.width / 2
        for end, value in (("low", middle - half), ("high", middle + half)):
            inputs.assign(_key(preset, spec.name, end), float(f"{value:.4g}"))


def link_values(intervals: dict[str, tuple[float, float]], space: ParameterSpace) -> list[str]:
    """Return the values under ``KEY`` of a link with intervals, each cut to its prior.

    Intervals that lie outside of the prior, or do not narrow it, are left out.
    """
    values = []
    for name, (low, high) in intervals.items():
        if name not in space or space[name].values:
            continue
        spec = space[name]
        low, high = max(low, spec.low), min(high, spec.high)
        if low < high and high - low < spec.width:
            values.append(f"{name}={low:.6g}:{high:.6g}")
    return values


def _key(preset: Preset, name: str, end: str) -> str:
    return f"design-known-{preset.name}-{name}-{end}"


def _ends(preset: Preset, spec: Parameter) -> list[float]:
    """Two number fields, which first show the range of the prior."""
    left, right = st.columns(2)
    unit = f" ({spec.unit})" if spec.unit else ""
    ends = []
    for end, first, place in (("low", spec.low, left), ("high", spec.high, right)):
        with place:
            shown = Parameter(
                spec.name,
                f"{spec.symbol} {'from' if end == 'low' else 'to'}{unit}",
                "",
                spec.low,
                spec.high,
                first,
                description=f"Range of the prior: {spec.low:g} to {spec.high:g}{unit}.",
            )
            ends.append(inputs.number(shown, _key(preset, spec.name, end)))
    if not ends[0] < ends[1]:
        raise InputError(
            f"The known range of {spec.name} must have its lower end below the upper one, got "
            f"{ends[0]:g} to {ends[1]:g}. Change one of them."
        )
    return ends


def _linked(texts: list[str], specs: dict[str, Parameter]) -> dict[str, tuple[float, float]]:
    """Ranges of the address; unknown names and impossible values are left out."""
    values = {}
    for text in texts[:MOST]:
        with suppress(InputError):
            name, ends = parse.interval(text)
            if name in specs:
                low, high = (float(specs[name].check(end)) for end in ends)
                values |= {name: (low, high)} if low < high else {}
    return values


def sentence(known: dict[str, list[float]], preset: Preset) -> str:
    """Return "ω_p 2 to 3 MHz, d 3.5 to 4.2" as Markdown, "" where nothing is narrowed."""
    texts = []
    for name, (low, high) in known.items():
        spec = preset.space[name]
        texts.append(f"{quoted(spec.symbol)} {low:.4g} to {high:.4g} {quoted(spec.unit)}".strip())
    return ", ".join(texts)
