"""Dashes, markers and hatching, so that curves differ in grey too."""

from collections.abc import Callable, Sequence

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "cross")
HATCHES = ("", "/", "x", ".", "\\", "-")


def distinguish(traces: list[dict], bars: bool = True) -> None:
    """Give the colours of named lines, markers and bars different dashes, symbols and hatching.

    What a figure already distinguishes by dashes or symbols is left as it is.

    Parameters
    ----------
    traces : list of dict
        Plotly traces, changed in place.
    bars : bool
        Whether the colours of bars distinguish them, too.
    """
    lines = [trace for trace in traces if "lines" in _mode(trace) and _is_named(trace)]
    markers = [trace for trace in traces if "markers" in _mode(trace) and _is_named(trace)]
    _vary(lines, "line", "dash", DASHES)
    _vary(markers, "marker", "symbol", SYMBOLS)
    if bars:
        _hatch([trace for trace in traces if trace.get("type") == "bar"])


def _mode(trace: dict) -> str:
    return trace.get("mode", "") if trace.get("type") == "scatter" else ""


def _is_named(trace: dict) -> bool:
    return bool(trace.get("name")) and trace.get("showlegend") is not False


def _vary(traces: list[dict], part: str, option: str, values: Sequence[str]) -> None:
    """Set an option of a part of each trace by the trace's colour."""
    options = {_plain(trace.get(part, {}).get(option)) for trace in traces}
    if options - {None, "solid", "circle"}:
        return
    for trace, number in _numbered(traces, lambda trace: trace.get(part, {}).get("color")):
        trace[part] = trace.get(part, {}) | {option: values[number % len(values)]}


def _hatch(bars: list[dict]) -> None:
    for trace, number in _numbered(bars, lambda trace: trace.get("marker", {}).get("color")):
        if number:
            pattern = {"shape": HATCHES[number % len(HATCHES)], "solidity": 0.3}
            trace["marker"] = trace["marker"] | {"pattern": pattern}


def _numbered(traces: list[dict], colour: Callable[[dict], object]) -> list[tuple[dict, int]]:
    """Traces with the number of their colour, counted from 0; one colour each."""
    colours: dict[str, int] = {}
    numbered = []
    for trace in traces:
        name = colour(trace)
        if isinstance(name, str):
            numbered.append((trace, colours.setdefault(name, len(colours))))
    return numbered


def _plain(option: object) -> str | None:
    """An option that is one for the whole trace; "several" for one per point."""
    return option if option is None or isinstance(option, str) else "several"
