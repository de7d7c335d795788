"""Python of the page My measurement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nmr_core.learning import Run
from nmr_core.measured.acquired import given_of
from ui.predict import code
from ui.predict.reading import Reading
from ui.shared import figure_code

if TYPE_CHECKING:
    from ui.measurement.sample import Sample

EXAMPLE, SEED = "pretrained-measured", 2
"""Run and seed of the example that stands on the page until a file is chosen."""
Window = tuple[float | None, float | None]


def statements(run: Run, sample: Sample) -> list[str]:
    """Return the statements that read the chosen measurements, for a run."""
    files = sample.files
    if files.files:
        lines = code.measured(run, files.files, files.kind, files.options)
    else:
        lines = [figure_code.run_line(run), "target = nmr.target_for_run(run)", *_example()]
    if len(files.measurements) > 1:
        lines.append(code.select(sample.numbers))
    return lines + _cut(sample.window) + _stated(given_of(sample.acquired[0]))


def _example() -> list[str]:
    """The example, which is always that of one shipped run."""
    return [
        f"example_run = nmr.load_run({EXAMPLE!r})",
        f"example = example_echo(example_run, nmr.target_for_run(example_run), seed={SEED})",
        "measurements = example.read()",
    ]


def _cut(window: Window) -> list[str]:
    if window == (None, None):
        return []
    return [f"measurements = [windowed(one, {window[0]}, {window[1]}) for one in measurements]"]


def _stated(given: Mapping[str, float | str]) -> list[str]:
    """What was typed in, which is the same for all echoes."""
    if not given:
        return []
    arguments = ", ".join(f"{name}={value!r}" for name, value in given.items())
    return [f"measurements = [stated(one, {arguments}) for one in measurements]"]


def record(files: Reading, numbers: Sequence[int], window: Window, number: int) -> str:
    """Return the program of one of the chosen records with its echo."""
    if files.files:
        reading = code.reading(files.files, files.kind, files.options)
        lines = [f"measurements = {reading}"]
    else:
        lines = _example()
    if len(files.measurements) > 1:
        chosen = f"select_measurements(measurements, {len(numbers)}, {list(numbers)!r})"
        lines.append(f"measurements = {chosen}")
    lines += _cut(window)
    return code.drawn(
        [
            "from nmr_core.measured.found import find_echo",
            "from nmr_core.plots.measured import measurement_figure",
        ],
        lines,
        f"one = measurements[{number}]",
        "figure = measurement_figure(one, LIGHT, echo=find_echo(one))",
    )
