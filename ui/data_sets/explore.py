"""The chosen data set from several sides; only the view that is open is computed."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from nmr_core.datasets import EchoDataset
from nmr_core.parameters import Parameter
from nmr_core.plots import (
    COMPONENTS,
    bands_figure,
    correlation_figure,
    distributions_figure,
    nearest_figure,
    noise_floor_figure,
    prior_figure,
)
from ui.data_sets import catalogue, explored
from ui.shared import boot, compute, figure_code, inputs, once, tables, verdicts
from ui.shared.figure import palette, show
from ui.shared.text import duration, quoted

if TYPE_CHECKING:
    import plotly.graph_objects as go

VIEWS = {
    "curves": "Curves",
    "parameters": "Parameters",
    "time": "Parameters and time",
    "nearest": "Nearest curves",
    "audit": "Audit",
}
CURVE = Parameter("curve", "Curve", "", 0, 10**9, 0, integer=True)
THIN = Parameter("thin", "Thin lines", "", 0, 200, 20, integer=True)
CHANNELS = {name: name for name in sorted(COMPONENTS, key=lambda name: name != "|M|")}
"""The magnitude first."""
MAX_SPECS = 16


@st.fragment
def views(id: str, created: str) -> None:
    """Everything that answers a click: only this is run again, not the whole page."""
    with boot.part("dataset"):
        opened, curves = compute.dataset(id, created), compute.shown_curves(id, created)
        specs = {name: opened.spec(name) for name in opened.targets[:MAX_SPECS]}
        verdicts.of_dataset(id, opened.preset, effects=opened.manifest.effects)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            view = inputs.tabs(VIEWS, "look")
            if view in ("curves", "time", "nearest"):
                channel = inputs.tabs(CHANNELS, "channel", label="Show")
                setting = _setting(opened)
        with st.container(horizontal=True):
            index = _curve(len(curves)) if view in ("curves", "nearest", "parameters") else 0
            if view == "curves":
                drawn = int(inputs.slider(THIN, "thin", link=True, width=200))
        if view == "curves":
            _curves(opened, specs, setting, channel, index, drawn)
        elif view == "parameters":
            _parameters(opened, specs, index)
        elif view == "time":
            _time(opened, specs, id, created, channel, setting)
        elif view == "nearest":
            _nearest(opened, specs, id, created, channel, setting, index)
        else:
            _audit(opened, id, created)
        if len(curves) < len(opened) and view != "parameters":
            st.caption(
                f"Of {len(opened):,} curves the first {len(curves):,} are read here; samples are "
                "independent draws."
            )


def _setting(opened: EchoDataset) -> int:
    """Which echo of each sample is shown; asked only where there are several."""
    m = opened.manifest
    labels = {
        str(k): catalogue.described(setting) or str(k + 1) for k, setting in enumerate(m.settings)
    }
    return (
        int(inputs.choice("Setting", labels, "setting", link=True, width=220))
        if len(labels) > 1
        else 0
    )


def _curve(n_curves: int) -> int:
    """The chosen curve, which a click in a scatter plot sets, too."""
    if n_curves == 1:
        return 0
    return int(inputs.slider(CURVE.within(0, n_curves - 1, 0), "curve", link=True))


def _said(specs: dict[str, Parameter], opened: EchoDataset, index: int) -> str:
    row = opened.parameters.iloc[index]
    return ", ".join(
        f"{spec.symbol} = {row[name]:.4g} {spec.unit}".strip() for name, spec in specs.items()
    )


def _curves(
    opened: EchoDataset,
    specs: dict[str, Parameter],
    setting: int,
    channel: str,
    index: int,
    drawn: int,
) -> None:
    """Bands of the curves beside two parameters of every sample."""
    left, right = st.columns([1.7, 1], gap="medium")
    curves = compute.shown_curves(opened.manifest.id, opened.manifest.created)[:, setting]

    def bands() -> "go.Figure":
        values = COMPONENTS[channel][0](curves)
        label = f"{channel} per spin"
        return bands_figure(opened.time, values, palette(), label, values[index], drawn)

    with left:
        show(
            once.figure(bands, "bands", opened, setting, channel, index, drawn),
            key="bands",
            alt=f"Percentile bands of {channel} over {len(curves)} curves.",
            name=f"bands-{channel}-{opened.manifest.id}",
            code=figure_code.lines(
                "COMPONENTS, bands_figure",
                *figure_code.curves(opened, len(curves), channel, setting),
                f"figure = bands_figure(dataset.time, values, LIGHT, '{channel} per spin',",
                f"                      values[{index}], {drawn})",
            ),
        )
    with right:
        if specs:
            across, up = st.columns(2)
            symbols = {name: spec.symbol for name, spec in specs.items()}
            with across:
                x = inputs.choice("Across", symbols, "across", link=True)
            with up:
                y = inputs.choice("Up", symbols, "up", link=True, index=min(2, len(specs) - 1))
            key = f"prior-{opened.manifest.id}"
            show(
                once.figure(
                    lambda: prior_figure(
                        opened.parameters.iloc[: len(curves)], specs[x], specs[y], palette(), index
                    ),
                    *("prior", opened, x, y, index),
                ),
                key=key,
                selection_mode="points",
                on_select=lambda: _clicked(key, len(curves)),
                alt=f"{x} against {y}; a click on a sample shows its curve.",
                name=f"prior-{y}-{x}-{opened.manifest.id}",
                code=figure_code.lines(
                    "prior_figure",
                    f"dataset = nmr.load_dataset({opened.manifest.id!r})",
                    f"x, y = dataset.spec({x!r}), dataset.spec({y!r})",
                    f"table = dataset.parameters.iloc[:{len(curves)}]",
                    f"figure = prior_figure(table, x, y, LIGHT, {index})",
                ),
            )
        said = _said(specs, opened, index)
        st.caption(
            f"Curve {index}: {said}. Click a point to see its curve."
            if said
            else f"Curve {index}: every sample has the same parameters."
        )


def _clicked(key: str, n_curves: int) -> None:
    chosen = picked(st.session_state.get(key))
    if chosen is not None and chosen < n_curves:
        inputs.assign("curve", chosen)


def picked(event: Any) -> int | None:
    """The clicked sample, as the browser reports it; None if nothing or something else was."""
    try:
        value = event["selection"]["points"][0]["customdata"]
        value = value[0] if isinstance(value, list | tuple) else value
    except (TypeError, KeyError, IndexError):
        return None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _parameters(opened: EchoDataset, specs: dict[str, Parameter], index: int) -> None:
    """How every parameter and derived value is spread."""
    names = [name for name in opened.parameters if name in specs or opened.spec(name).values]
    if not names:
        st.caption("Every sample has the same parameters.")
        return
    show(
        once.figure(
            lambda: distributions_figure(
                opened.parameters,
                [opened.spec(name) for name in names[:MAX_SPECS]],
                palette(),
                index,
            ),
            *("distributions", opened, index),
        ),
        key="distributions",
        name=f"distributions-{opened.manifest.id}",
        code=figure_code.lines(
            "distributions_figure",
            f"dataset = nmr.load_dataset({opened.manifest.id!r})",
            f"specs = [dataset.spec(name) for name in {names[:MAX_SPECS]!r}]",
            f"figure = distributions_figure(dataset.parameters, specs, LIGHT, {index})",
        ),
        alt=f"Histograms of {', '.join(names)} over {len(opened)} samples.",
    )
    st.caption(
        f"All {len(opened):,} samples; the line is curve {index}. The echoes of one sample share "
        "its parameters."
    )


def _time(
    opened: EchoDataset,
    specs: dict[str, Parameter],
    id: str,
    created: str,
    channel: str,
    setting: int,
) -> None:
    """Pearson's r of each parameter with each time point."""
    if not specs:
        st.caption("Every sample has the same parameters, so nothing correlates with them.")
        return
    r = explored.correlation(id, created, channel, setting, tuple(specs))
    show(
        once.figure(
            lambda: correlation_figure(
                opened.time, r, [spec.symbol for spec in specs.values()], channel, palette()
            ),
            *("correlation", r),
        ),
        key="correlation",
        name=f"correlation-{channel}-{id}",
        code=figure_code.lines(
            "COMPONENTS, correlation_figure\nfrom nmr_core.datasets.exploring import correlations",
            *figure_code.curves(opened, len(compute.shown_curves(id, created)), channel, setting),
            f"table = dataset.parameters[{list(specs)!r}].iloc[:len(values)]",
            "r = correlations(table, values)",
            f"symbols = {[spec.symbol for spec in specs.values()]!r}",
            f"figure = correlation_figure(dataset.time, r, symbols, {channel!r}, LIGHT)",
        ),
        alt=f"Correlation of {', '.join(specs)} with {channel} over time.",
    )
    st.caption(
        "Pearson's r over the samples: +1 where a larger value goes with a larger signal, 0 where "
        "a straight line sees "
        "nothing. A parameter without any colour may still be hidden in a curved relation."
    )


def _nearest(
    opened: EchoDataset,
    specs: dict[str, Parameter],
    id: str,
    created: str,
    channel: str,
    setting: int,
    index: int,
) -> None:
    """The curves that look most like the chosen one: do they have the same parameters?"""
    order, apart = explored.nearest_curves(id, created, index)
    if not len(order):
        st.caption("There is only one curve.")
        return
    values = COMPONENTS[channel][0](compute.shown_curves(id, created)[[index, *order], setting])
    names = [f"curve {k}" for k in order]
    show(
        nearest_figure(opened.time, values[0], values[1:], names, f"{channel} per spin", palette()),
        key="nearest",
        name=f"nearest-{index}-{id}",
        code=figure_code.lines(
            "COMPONENTS, nearest_figure",
            f"dataset = nmr.load_dataset({id!r})",
            f"curves = dataset.curves({[index, *order.tolist()]!r})[:, {setting}]",
            f"values = COMPONENTS[{channel!r}][0](curves)",
            f"names = {[f'curve {k}' for k in order]!r}",
            "figure = nearest_figure(dataset.time, values[0], values[1:], names,",
            f"                        '{channel} per spin', LIGHT)",
        ),
        alt=f"Curve {index} and the {len(order)} curves nearest to it.",
    )
    tables.show(
        explored.beside(opened, [index, *order.tolist()], [0.0, *apart.tolist()], specs), specs
    )
    st.caption(
        "Distance: rms of the difference of M over all times and settings. Near curves with far "
        "parameters cannot be told "
        "apart by any model."
    )


def _audit(opened: EchoDataset, id: str, created: str) -> None:
    """What may be wrong, and how much of the signal is disorder."""
    audit = explored.audited(id, created)
    if audit.clean:
        st.success(
            "Nothing found: no NaN, no duplicates, nothing outside of the prior.",
            icon=":material/check_circle:",
        )
    st.table({f"{name[:1].upper()}{name[1:]}": quoted(text) for name, text in audit.facts.items()})
    preset = opened.preset
    if preset is None:
        st.caption(
            "The noise floor needs a preset to simulate with; these curves were imported without "
            "one."
        )
        return
    wait = explored.noise_floor_seconds(preset)
    if wait > compute.PATIENCE * 4:
        st.caption(
            f"Measuring the noise floor takes about {duration(wait)} here, too long for a page: "
            f"python -m nmr_core data audit {id}"
        )
    elif (
        wait < 2
        or st.button(f"Measure the noise floor (about {duration(wait)})", key=f"floor-{id}")
        or st.session_state.get(f"_floor-{id}")
    ):
        st.session_state[f"_floor-{id}"] = True
        with st.spinner("Simulating the same samples with other disorder …"):
            floor = explored.floor(preset)
        setting = _setting(opened)
        show(
            noise_floor_figure(
                floor.time, floor.per_time[setting], floor.spread_per_time[setting], palette()
            ),
            key="floor",
            name=f"noise-floor-{id}",
            code=figure_code.lines(
                "noise_floor_figure",
                f"preset = nmr.load_dataset({id!r}).preset",
                f"floor = nmr.noise_floor(preset, {explored.N_SAMPLES}, {explored.N_SEEDS})",
                f"noise, spread = floor.per_time[{setting}], floor.spread_per_time[{setting}]",
                "figure = noise_floor_figure(floor.time, noise, spread, LIGHT)",
            ),
            alt="Noise from disorder and spread from parameters over time.",
        )
        st.caption(
            f"Rms of M over {explored.N_SAMPLES} fresh samples: {floor.spread:.2g} by the "
            f"parameters, {floor.rms:.2g} (noise floor) by the disorder alone. Parameters change "
            f"the signal {floor.spread / max(floor.rms, 1e-12):.2g} times as much as another "
            "placement of the spins' offsets does."
        )
