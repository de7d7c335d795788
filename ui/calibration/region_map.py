"""The tab Map: coverage over two parameters, and the lowest range of every parameter."""

import streamlit as st

from nmr_core.inference.intervals import Coverage, CoverageMap, coverage_map
from nmr_core.inference.intervals.coverage_map import map_columns
from nmr_core.inference.intervals.ranges import ESTIMATE
from nmr_core.learning import Run
from nmr_core.plots import coverage_ranges as figures
from ui.calibration.run_checks import RunChecks
from ui.shared import figure_code, inputs, once
from ui.shared.figure import palette, show
from ui.shared.text import quoted

X, Y, OF = "map-x", "map-y", "map-of"
"""Keys of the choices."""


def is_available(result: Coverage) -> bool:
    """Return whether there are two parameters for a map."""
    return len(map_columns(result)) > 1


def labels(run: Run, names: list[str]) -> dict[str, str]:
    """Return symbols of parameters; of an estimate the symbol with "est." before it."""
    specs = run.manifest.targets
    texts = {}
    for name in names:
        target = name.removeprefix(ESTIMATE)
        symbol = specs[target]["symbol"] if target in specs else target
        texts[name] = f"est. {symbol}" if name.startswith(ESTIMATE) else symbol
    return texts


def region_map(checks: RunChecks) -> None:
    """Draw the tab."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        _map(checks)
    with right:
        _worst(checks)


def shown_map(checks: RunChecks) -> CoverageMap:
    """Return the map of the chosen parameters."""
    chosen = (st.session_state.get(key) or "" for key in (X, Y, OF))
    return coverage_map(checks.coverage, *chosen)


def _map(checks: RunChecks) -> None:
    result, run = checks.coverage, checks.run
    names = labels(run, map_columns(result))
    usual = coverage_map(result)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        of = labels(run, list(result.inside))
        target = inputs.choice(
            "Intervals of", of, OF, link=True, width=150, index=list(of).index(usual.target)
        )
        x = inputs.choice("Across", names, X, link=True, width=130)
        rest = {name: label for name, label in names.items() if name != x}
        y = inputs.choice("Up", rest, Y, link=True, width=130)
    cells = coverage_map(result, x, y, target)
    show(
        once.figure(
            lambda: figures.coverage_map_figure(cells, _titles(run, x, y), palette()),
            *("map", result, x, y, target),
        ),
        key="calibration-map",
        name=f"calibration-map-{target}-{x}-{y}-{run.id}",
        code=figure_code.covered(
            run,
            "coverage_map_figure",
            f"cells = nmr.coverage_map(result, {x!r}, {y!r}, {target!r})",
            f"figure = coverage_map_figure(cells, {_titles(run, x, y)!r}, LIGHT)",
            module="coverage_ranges",
        ),
        alt=f"Coverage of the intervals of {target} over {x} and {y}.",
    )
    st.markdown(quoted(cells.sentence(run.manifest.targets)))


def _titles(run: Run, x: str, y: str) -> tuple[str, str]:
    """Titles of the axes, with units."""
    texts = []
    for name, label in labels(run, [x, y]).items():
        unit = run.manifest.targets.get(name.removeprefix(ESTIMATE), {}).get("unit", "")
        texts.append(f"{label} ({unit})" if unit else label)
    return texts[0], texts[1]


def _worst(checks: RunChecks) -> None:
    result, run = checks.coverage, checks.run
    rows = result.regimes
    st.markdown("**Lowest range of every parameter and estimate**")
    targets = labels(run, [name for name in result.inside if name in run.manifest.targets])
    names = labels(run, list(dict.fromkeys(rows.loc[rows["range"] > 0, "by"])))
    show(
        once.figure(
            lambda: figures.worst_ranges_figure(result, targets, names, palette()),
            *("worst", result),
        ),
        key="calibration-worst",
        name=f"calibration-worst-{run.id}",
        code=figure_code.covered(
            run,
            "worst_ranges_figure",
            f"targets = {targets!r}",
            f"labels = {names!r}",
            "figure = worst_ranges_figure(result, targets, labels, LIGHT)",
            module="coverage_ranges",
        ),
        alt="Lowest coverage among the ranges of every parameter and estimate.",
    )
    n = int(rows["range"].max())
    st.caption(
        f"One dot per target: the lowest of {n} ranges, with its 95 % interval.",
        help="How to read: each row divides the signals into ranges of equally many, by a true "
        "parameter or by an estimate (est.). Grey: a single range of exact intervals; the lowest "
        f"of {n} is at its left edge or just beyond.",
    )


def reproduce(checks: RunChecks) -> tuple[str, str]:
    """Return the Python code and the command of the map."""
    cells = shown_map(checks)
    pair = f"{cells.x!r}, {cells.y!r}, {cells.target!r}"
    python = (
        f"result = nmr.coverage(nmr.load_calibration(run))\n"
        f"cells = nmr.coverage_map(result, {pair})\nprint(cells.table())"
    )
    of = f" --of {cells.target!r}"
    return python, f"calibrate {checks.run.id} --stored --map {cells.x},{cells.y}{of}"
