"""What takes a job: the bound against one setting, over two, the profile likelihood; what is asked, then what was found."""

import math

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.inference.identifiability import BoundMap, Profile, Scan
from nmr_core.inference.identifiability.scanning import SNR
from nmr_core.parameters import Parameter
from nmr_core.plots import scans
from ui.identify import results
from ui.identify.form import Question
from ui.shared import compute, export, inputs, job_card
from ui.shared.palette import palette, show
from ui.shared.text import duration, quoted

KINDS = ("scan", "map", "profile")
MOST = 40
"""Values of a scan; of a map in either direction half as many."""
FACTORS = (0.25, 0.5, 1, 2, 4)
ANGLES = (30, 60, 90, 120, 150, 180)
AXES = ("tau", "angle_1", "angle_2", "acquire", "dt", "n_echoes", "line_width", "n_x")
"""Fields that a scan offers, where no setting decides them."""


def view(asked: Question, kind: str) -> None:
    """Widgets, the answer if there is one, the button that makes it."""
    try:
        given, words = {"scan": _scan_form, "map": _map_form, "profile": _profile_form}[kind](asked)
    except InputError as error:
        st.error(str(error), icon=":material/error:")
        return
    found = results.result(asked, kind, given)
    if found is None:
        wait = results.seconds(asked, kind, given)
        about = f" (about {duration(wait)})" if wait else ""
        if st.button(
            f"Compute{about}", type="primary", key=f"identify-{kind}", icon=":material/play_arrow:"
        ) and job_card.submit(
            "identify", results.job(asked, kind, given), f"{words}: {asked.preset.label}"
        ):
            st.rerun()
        st.caption("Nobody has asked this yet. It is simulated in the background, and kept.")
        return
    {"scan": _scan, "map": _map, "profile": _profile}[kind](asked, found)
    if refused := getattr(found, "refused", ()):
        st.caption(f":material/info: Left out: {quoted(' '.join(dict.fromkeys(refused)))}")
    with st.container(horizontal=True):
        export.download(
            "Table (CSV)",
            lambda: compute.csv(table(found)),
            f"identify-{kind}.csv",
            "text/csv",
            f"identify-{kind}-csv",
        )
        export.reproduce(*lines(asked, kind, given))


def axes(asked: Question) -> dict[str, Parameter]:
    """What a bound can be drawn against: the SNR, settings of the protocol, the prior's own parameters."""
    taken = {name for one in asked.preset.settings for name, _ in one} | set(asked.held)
    fields = {
        name: PHYSICAL[name]
        for name in AXES
        if name in FIELDS and name not in taken and name not in asked.preset.space
    }
    return (
        {"snr": SNR} | fields | {spec.name: spec for spec in asked.preset.drawn if not spec.values}
    )


def usual(asked: Question, name: str) -> list[float]:
    """The values that are proposed for one axis."""
    if name == "snr":
        return [10, 30, 100, 300, 1000, 3000, 10_000]
    if name in asked.preset.space:
        spec = asked.preset.space[name]
        return [
            float(f"{spec.low + share * spec.width:.4g}")
            for share in (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
        ]
    if name.startswith("angle"):
        return list(ANGLES)
    own = getattr(asked.preset.base, name) or 2 * asked.preset.base.tau
    values = [own * factor for factor in FACTORS]
    return (
        [max(1, round(value)) for value in values]
        if PHYSICAL[name].integer
        else [float(f"{value:.4g}") for value in values]
    )


def _axis(
    asked: Question, label: str, key: str, first: str, most: int
) -> tuple[Parameter, list[float]]:
    """Which axis, and its values as they were typed."""
    known = axes(asked)
    names = list(known)
    left, right = st.columns([1, 1.6])
    with left:
        more = (
            {"index": names.index(first)} if key not in st.session_state and first in names else {}
        )
        name = inputs.choice(
            label, {i: spec.label for i, spec in known.items()}, key, link=True, **more
        )
    with right:
        text = st.text_input(
            "Values",
            ", ".join(f"{value:.10g}" for value in usual(asked, name)),
            max_chars=500,
            key=f"identify-values-{asked.source}-{key}-{name}",
            persist_state="session",
        )
    return known[name], read(text, known[name], most)


def read(text: str, spec: Parameter, most: int = MOST) -> list[float]:
    """Numbers separated by commas, rising, each once; anything else is an :class:`InputError`."""
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
    return [
        PHYSICAL[spec.name].check(value) if spec.name in PHYSICAL else value for value in values
    ]


def _scan_form(asked: Question) -> tuple[dict, str]:
    spec, values = _axis(asked, "Against", "along", "tau", MOST)
    return {"name": spec.name, "values": values}, f"Bounds against {spec.symbol}"


def _map_form(asked: Question) -> tuple[dict, str]:
    x, x_values = _axis(asked, "Across", "across_of", "tau", MOST // 2)
    y, y_values = _axis(
        asked, "Up", "up_of", "d" if "d" in asked.preset.drawn else "snr", MOST // 2
    )
    if x.name == y.name:
        raise InputError(
            f"A map needs two different axes, got {x.symbol} twice. Choose another one."
        )
    known = {spec.name: spec.label for spec in asked.preset.drawn if not spec.values}
    first = (
        {"index": list(known).index("d")}
        if "d" in known and "map_of" not in st.session_state
        else {}
    )
    of = inputs.choice("Bound of", known, "map_of", link=True, **first)
    return (
        {"x": x.name, "x_values": x_values, "y": y.name, "y_values": y_values, "of": of},
        f"Bound of {asked.preset.space[of].symbol} over {x.symbol} and {y.symbol}",
    )


def _profile_form(asked: Question) -> tuple[dict, str]:
    known = {spec.name: spec.label for spec in asked.preset.drawn if not spec.values}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = inputs.choice("Parameter", known, "profile_of", link=True, width=200)
        points = st.number_input(
            "Points", 5, 41, 15, key="identify-points", persist_state="session", width=120
        )
    return {
        "name": name,
        "n_points": int(points),
    }, f"Profile likelihood of {asked.preset.space[name].symbol}"


def _scan(asked: Question, found: Scan) -> None:
    specs = {spec.name: spec for spec in found.specs}
    percents = {
        name: 100 * found.bounds[:, k] / specs[name].width for k, name in enumerate(found.names)
    }
    now = _now(asked, found.along, found)
    show(
        scans.scan_figure(found.values, percents, specs, found.along.label, palette(), now),
        key="identify-scan-figure",
        alt=f"Bounds against {found.along.name}.",
    )
    st.caption(
        f"Smallest possible standard error of one measurement at {_at(asked, found.place, found.along.name)}; dashed: as "
        "the protocol has it. Above the dotted line an echo says less than the prior did. A finite number of seeds "
        "makes the bounds of long echoes a little too large."
    )


def _map(asked: Question, found: BoundMap) -> None:
    percents = 100 * found.bounds / found.of.width
    now = (_now(asked, found.x, found), _now(asked, found.y, found))
    show(
        scans.bound_map_figure(
            found.x_values,
            found.y_values,
            percents,
            found.of,
            found.x.label,
            found.y.label,
            palette(),
            None if None in now else now,
        ),
        key="identify-map-figure",
        alt=f"Bound of {found.of.name} over {found.x.name} and {found.y.name}.",
    )
    st.caption(
        "Strong colour: known well; empty: no bound. The circle is where the protocol and the place are now "
        f"({_at(asked, found.place)})."
    )


def _profile(asked: Question, found: Profile) -> None:
    specs = {spec.name: spec for spec in asked.preset.drawn}
    others = [
        (specs[name], (found.others[:, k] - specs[name].low) / specs[name].width)
        for k, name in enumerate(found.names)
        if name != found.spec.name and name in specs
    ]
    show(
        scans.profile_figure(
            found.values, found.delta_chi2, found.spec, palette(), found.true, others
        ),
        key="identify-profile-figure",
        alt=f"Profile likelihood of {found.spec.name}.",
    )
    symbol, unit = quoted(found.spec.symbol), quoted(f" {found.spec.unit}".rstrip())
    if found.flat:
        said = f"**The profile of {symbol} stays below the 95 % line: no echo tells it,** whatever the others do."
    else:
        bound = f" (Cramér-Rao: ± {1.96 * found.bound:.3g})" if np.isfinite(found.bound) else ""
        said = f"**{symbol} is between {found.low:.4g} and {found.high:.4g}{unit} with 95 %**{bound}; dashed: the truth."
    st.markdown(said)
    st.caption(
        "One parameter is held at each value, all others are fitted again to the same echo; below: where they go. A "
        "straight valley would be a parabola."
    )


def _now(asked: Question, axis: Parameter, found) -> float | None:
    """Where the protocol, or the place, is on an axis."""
    if axis.name == "snr":
        return 0.5 / found.sigma if found.sigma else None
    value = found.place.get(axis.name, getattr(asked.preset.base, axis.name, None))
    value = asked.held.get(axis.name, value)
    return float(value) if isinstance(value, int | float) else None


def _at(asked: Question, place: dict, without: str = "") -> str:
    """ "α = 0.1, p = 3": the place, without what is varied."""
    return ", ".join(
        f"{quoted(spec.symbol)} = {place[spec.name]:.3g}"
        for spec in asked.preset.drawn
        if spec.name != without and isinstance(place.get(spec.name), int | float)
    )


def table(found: Scan | BoundMap | Profile) -> pd.DataFrame:
    """What was found as rows, in units."""
    if isinstance(found, Scan):
        columns = {found.along.name: found.values} | {
            f"bound_{name}": found.bounds[:, k] for k, name in enumerate(found.names)
        }
        return pd.DataFrame(
            columns | {f"percent_{name}": found.percent[:, k] for k, name in enumerate(found.names)}
        )
    if isinstance(found, BoundMap):
        x, y = np.meshgrid(found.x_values, found.y_values)
        return pd.DataFrame(
            {
                found.x.name: x.ravel(),
                found.y.name: y.ravel(),
                f"bound_{found.of.name}": found.bounds.ravel(),
                f"percent_{found.of.name}": found.percent.ravel(),
            }
        )
    others = {
        name: found.others[:, k] for k, name in enumerate(found.names) if name != found.spec.name
    }
    return pd.DataFrame({found.spec.name: found.values, "delta_chi2": found.delta_chi2} | others)


def lines(asked: Question, kind: str = "verdicts", given: dict | None = None) -> tuple[str, str]:
    """(Python, command line) that find the same."""
    return results.python(asked, kind, given or {}), results.command(asked, kind, given or {})
