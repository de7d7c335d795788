"""Tabs with a job of their own: errors over one or two quantities, and the profile likelihood."""

import math
from typing import Any

import numpy as np
import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.inference.identifiability import ErrorMap, Profile, Scan
from nmr_core.inference.identifiability.scan import SNR
from nmr_core.parameters import Parameter
from nmr_core.plots import scans as figures
from ui.identify import results
from ui.identify.form import Question
from ui.shared import adding, compute, export, inputs, job_card, job_time, notice
from ui.shared.figure import palette, show
from ui.shared.text import quoted

KINDS = ("scan", "map", "profile")
MOST = 40
"""Most values of a scan; in a map half as many in either direction."""
FACTORS = (0.25, 0.5, 1, 2, 4)
ANGLES = (30, 60, 90, 120, 150, 180)
SNRS = (10, 30, 100, 300, 1000, 3000, 10_000)
FRACTIONS = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
AXES = ("tau", "angle_1", "angle_2", "acquire", "dt", "n_echoes", "line_width", "n_x")
"""Fields that a scan offers, unless a setting decides them."""


def view(question: Question, kind: str) -> None:
    """Draw the widgets; the result if it is stored, otherwise the button that computes it."""
    try:
        arguments, title = {"scan": _scan_form, "map": _map_form, "profile": _profile_form}[kind](
            question
        )
    except InputError as error:
        notice.error(error)
        return
    result = results.stored_result(question, kind, arguments)
    if result is None:
        _compute(question, kind, arguments, title)
        return
    if isinstance(result, Scan):
        _scan(question, result, arguments)
    elif isinstance(result, ErrorMap):
        _map(question, result, arguments)
    else:
        _profile(question, result, arguments)
    if refused := getattr(result, "refused", ()):
        st.caption(f":material/info: Left out: {quoted(' '.join(dict.fromkeys(refused)))}")
    with st.container(horizontal=True):
        export.download(
            "Table (CSV)",
            lambda: compute.csv(result.table(), _targets(question), "identify"),
            f"identify-{kind}.csv",
            "text/csv",
            f"identify-{kind}-csv",
        )
        export.reproduce(
            results.python(question, kind, arguments), results.command(question, kind, arguments)
        )


def _targets(question: Question) -> dict[str, Parameter]:
    """The drawn parameters by name, with the symbols and units of the preset."""
    return {spec.name: spec for spec in question.preset.drawn}


def _compute(question: Question, kind: str, arguments: results.Arguments, title: str) -> None:
    """The button that computes the result."""
    expected = job_time.Expected("identify", results.seconds(question, kind, arguments), kind)
    job = results.job(question, kind, arguments)
    if adding.button(
        f"Compute ({job_time.words(expected)})",
        type="primary",
        key=f"identify-{kind}",
        icon=":material/play_arrow:",
    ) and job_card.submit("identify", job, f"{title}: {question.title}", expected):
        st.rerun()
    st.caption("Nothing computed yet. Runs in the background; the result is stored.")


def axes(question: Question) -> dict[str, Parameter]:
    """What a error can be drawn against: SNR, settings of the protocol, drawn parameters."""
    decided = {name for setting in question.preset.settings for name, _ in setting}
    decided |= set(question.fixed)
    fields = {
        name: PHYSICAL[name]
        for name in AXES
        if name in FIELDS and name not in decided and name not in question.preset.space
    }
    drawn = {spec.name: spec for spec in question.preset.drawn if not spec.values}
    return {"snr": SNR} | fields | drawn


def usual_values(question: Question, name: str) -> list[float]:
    """Return the values that are proposed for one axis."""
    if name == "snr":
        return list(SNRS)
    if name in question.preset.space:
        spec = question.preset.space[name]
        return [float(f"{spec.low + share * spec.width:.4g}") for share in FRACTIONS]
    if name.startswith("angle"):
        return list(ANGLES)
    base = question.preset.base
    own = getattr(base, name) or 2 * base.tau
    values = [own * factor for factor in FACTORS]
    if PHYSICAL[name].integer:
        return [max(1, round(value)) for value in values]
    return [float(f"{value:.4g}") for value in values]


def _axis(
    question: Question, label: str, key: str, first: str, most: int
) -> tuple[Parameter, list[float]]:
    """An axis and its values, from the widgets."""
    specs = axes(question)
    names = list(specs)
    left, right = st.columns([1, 1.6])
    with left:
        index = names.index(first) if first in names else 0
        labels = {name: spec.label for name, spec in specs.items()}
        name = inputs.choice(label, labels, key, link=True, index=index)
    with right:
        text = inputs.text(
            "Values",
            f"identify-values-{question.source}-{key}-{name}",
            first=", ".join(f"{value:.10g}" for value in usual_values(question, name)),
            link=f"{key}-values",
            most=500,
        )
    return specs[name], read_values(text, specs[name], most)


def read_values(text: str, spec: Parameter, most: int = MOST) -> list[float]:
    """Parse numbers separated by commas; return them in rising order, each once.

    Raises
    ------
    InputError
    """
    try:
        values = sorted({float(word) for word in text.split(",") if word.strip()})
    except ValueError:
        raise InputError(
            f"Values of {spec.symbol} are numbers separated by commas, such as 25, 50, 100; "
            f"got {text[:60]!r}."
        ) from None
    if not 2 <= len(values) <= most or not all(map(math.isfinite, values)):
        raise InputError(
            f"Give between 2 and {most} finite values of {spec.symbol}, got {len(values)}."
        )
    if spec.name in PHYSICAL:
        return [PHYSICAL[spec.name].check(value) for value in values]
    return values


def _scan_form(question: Question) -> tuple[results.Arguments, str]:
    spec, values = _axis(question, "Against", "along", "tau", MOST)
    return {"name": spec.name, "values": values}, f"Errors against {spec.symbol}"


def _map_form(question: Question) -> tuple[results.Arguments, str]:
    drawn = {spec.name: spec.label for spec in question.preset.drawn if not spec.values}
    x, x_values = _axis(question, "Horizontal axis", "across_of", "tau", MOST // 2)
    y, y_values = _axis(
        question, "Vertical axis", "up_of", "d" if "d" in drawn else "snr", MOST // 2
    )
    if x.name == y.name:
        raise InputError(
            f"A map needs two different axes, got {x.symbol} twice. Choose another one."
        )
    index = list(drawn).index("d") if "d" in drawn else 0
    of = inputs.choice("Error of", drawn, "map_of", link=True, index=index)
    arguments = {
        "x": x.name,
        "x_values": x_values,
        "y": y.name,
        "y_values": y_values,
        "of": of,
    }
    symbol = question.preset.space[of].symbol
    return arguments, f"Error of {symbol} over {x.symbol} and {y.symbol}"


def _profile_form(question: Question) -> tuple[results.Arguments, str]:
    drawn = {spec.name: spec.label for spec in question.preset.drawn if not spec.values}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = inputs.choice("Parameter", drawn, "profile_of", link=True, width=200)
        points = st.number_input(
            "Points", 5, 41, 15, key="identify-points", persist_state="session", width=120
        )
    symbol = question.preset.space[name].symbol
    return {"name": name, "n_points": int(points)}, f"Profile likelihood of {symbol}"


def _scan(question: Question, result: Scan, arguments: results.Arguments) -> None:
    specs = {spec.name: spec for spec in result.specs}
    percents = {
        name: 100 * result.errors[:, k] / specs[name].width for k, name in enumerate(result.names)
    }
    now = _current_value(question, result.along, result)
    show(
        figures.scan_figure(result.values, percents, specs, result.along.label, palette(), now),
        key="identify-scan-figure",
        name=f"identify-scan-{result.along.name}-{question.source}",
        code=results.figure_code(
            question,
            "scans scan_figure",
            "specs = {spec.name: spec for spec in result.specs}",
            "percents = {",
            "    name: 100 * result.errors[:, k] / specs[name].width",
            "    for k, name in enumerate(result.names)",
            "}",
            "label = result.along.label",
            f"figure = scan_figure(result.values, percents, specs, label, LIGHT, {now!r})",
            kind="scan",
            arguments=arguments,
        ),
        alt=f"Errors against {result.along.name}.",
    )
    st.caption(
        f"Linear estimate from {result.n_seeds} seeds, at "
        f"{_point(question, result, result.along.name)}. "
        "Dashed: the value of the protocol.",
        help="How to read: standard error in % of the range. Above the dotted "
        "line one echo tells less than the prior alone. With a finite number of random placements "
        "of the offsets, errors of long echoes are a little too large.",
    )


def _map(question: Question, result: ErrorMap, arguments: results.Arguments) -> None:
    now = (
        _current_value(question, result.x, result),
        _current_value(question, result.y, result),
    )
    circle = None if None in now else now
    show(
        figures.error_map_figure(
            result.x_values,
            result.y_values,
            100 * result.errors / result.of.width,
            result.of,
            result.x.label,
            result.y.label,
            palette(),
            circle,
        ),
        key="identify-map-figure",
        name=f"identify-map-{result.of.name}-{question.source}",
        code=results.figure_code(
            question,
            "scans error_map_figure",
            "figure = error_map_figure(",
            "    result.x_values, result.y_values, 100 * result.errors / result.of.width,",
            f"    result.of, result.x.label, result.y.label, LIGHT, {circle!r}",
            ")",
            kind="map",
            arguments=arguments,
        ),
        alt=f"Error of {result.of.name} over {result.x.name} and {result.y.name}.",
    )
    st.caption(
        f"Standard error of {quoted(result.of.symbol)}, linear estimate from {result.n_seeds} "
        f"seeds at {_point(question, result)}. Circle: values of the protocol and of this point.",
        help="How to read: strong colour, small error; empty, not determined.",
    )


def _profile(question: Question, result: Profile, arguments: results.Arguments) -> None:
    specs = {spec.name: spec for spec in question.preset.drawn}
    others = [
        (specs[name], (result.others[:, k] - specs[name].low) / specs[name].width)
        for k, name in enumerate(result.names)
        if name != result.spec.name and name in specs
    ]
    show(
        figures.profile_figure(
            result.values, result.delta_chi2, result.spec, palette(), result.true, others
        ),
        key="identify-profile-figure",
        name=f"identify-profile-{result.spec.name}-{question.source}",
        code=results.figure_code(
            question,
            "scans profile_figure",
            "specs = {spec.name: spec for spec in preset.drawn}",
            "others = [",
            "    (specs[name], (result.others[:, k] - specs[name].low) / specs[name].width)",
            "    for k, name in enumerate(result.names)",
            "    if name != result.spec.name and name in specs",
            "]",
            "figure = profile_figure(",
            "    result.values, result.delta_chi2, result.spec, LIGHT, result.true, others",
            ")",
            kind="profile",
            arguments=arguments,
        ),
        alt=f"Profile likelihood of {result.spec.name}.",
    )
    symbol, unit = quoted(result.spec.symbol), quoted(f" {result.spec.unit}".rstrip())
    if result.flat:
        st.markdown(
            f"**The profile of {symbol} stays below the 95 % line: {symbol} cannot be identified.**"
        )
    else:
        error = ""
        if np.isfinite(result.error):
            error = f" (linear estimate: ± {1.96 * result.error:.3g})"
        interval = f"{result.low:.4g} to {result.high:.4g}{unit}"
        st.markdown(f"**95 % interval of {symbol}: {interval}**{error}; dashed: the true value.")
    held = ""
    if result.fixed:
        names = ", ".join(
            quoted(specs[name].symbol if name in specs else name) for name in result.fixed
        )
        held = f" Held fixed, since the echo does not depend on it: {names}."
    st.caption(
        f"{symbol} is fixed at each value, all other parameters are fitted.{held}",
        help="How to read: above, the increase of χ² of the best fit; it crosses the 95 % line at "
        "the ends of the interval, and a flat profile means that the parameter cannot be "
        "identified. Below, the fitted values of the other parameters in units of their ranges.",
    )


def _current_value(question: Question, axis: Parameter, result: Scan | ErrorMap) -> float | None:
    """The value of the protocol, or of the point, on an axis."""
    if axis.name == "snr":
        return float(0.5 / result.noise) if result.noise else None
    value: Any = result.point.get(axis.name, getattr(question.preset.base, axis.name, None))
    value = question.fixed.get(axis.name, value)
    return float(value) if isinstance(value, int | float) else None


def _point(question: Question, result: Scan | ErrorMap, without: str = "") -> str:
    """The point as "α = 0.1, p = 3", without what is varied."""
    return ", ".join(
        f"{quoted(spec.symbol)} = {result.point[spec.name]:.3g}"
        for spec in question.preset.drawn
        if spec.name != without and isinstance(result.point.get(spec.name), int | float)
    )
