"""Python of the page Predict: how curves are read and estimated, and what draws each figure."""

from collections.abc import Sequence

from nmr_core.io.options import ReadOptions
from nmr_core.io.text_options import TextOptions
from nmr_core.learning import Run
from nmr_core.measured import Steps
from ui.shared import figure_code


def dataset(id: str) -> str:
    """Return the expression that loads a data set."""
    return f"nmr.load_dataset({id!r})"


def estimates(run: Run, source: str, level: float, insist: bool = False) -> list[str]:
    """Return the statements that estimate the parameters behind curves, the variable ``table``."""
    insisting = ", insist=True" if insist else ""
    return [
        figure_code.run_line(run),
        f"table = nmr.estimate(run, {source}, level={level:g}{insisting})",
    ]


def curve(source: str, index: int, stored: bool) -> str:
    """Return the program of one curve of a data set, or of a file of curves."""
    signals = f"curves.curves([{index}])[0]" if stored else f"curves.signals[{index}]"
    return figure_code.lines(
        f"signal_figure{figure_code.text_options(source)}",
        f"curves = {source}",
        f"figure = signal_figure(curves.time, {signals}, LIGHT)",
    )


def forest(statements: Sequence[str], index: int = 0) -> str:
    """Return the program of estimates with their intervals; ``statements`` make the table."""
    return drawn(
        [
            "from nmr_core.measured.estimating import hide_unidentifiable",
            "from nmr_core.plots.measured import estimates_figure",
        ],
        statements,
        f"row = hide_unidentifiable(run, table).iloc[{index}]",
        "figure = estimates_figure(row, run.manifest.targets, LIGHT,",
        "                          unidentifiable=run.manifest.unidentifiable)",
    )


def corner(statements: Sequence[str]) -> str:
    """Return the program of a corner plot; ``statements`` make the posterior ``result``."""
    return drawn(
        ["from nmr_core.plots.corner import corner_figure"],
        statements,
        "samples, truth = result.values[0], result.truth[0]",
        "figure = corner_figure(samples, result.targets, LIGHT, truth=truth)",
    )


def probabilities(statements: Sequence[str], index: int = 0) -> str:
    """Return the program of the probabilities of classes; ``statements`` make the table."""
    return drawn(
        ["from nmr_core.plots.classes import probability_figure"],
        statements,
        "names = [label for label in run.classes if f'probability_{label}' in table]",
        f"row = table.iloc[{index}]",
        "values = row[[f'probability_{label}' for label in names]].to_numpy(float)",
        "figure = probability_figure(names, values, LIGHT)",
    )


def parity(statements: Sequence[str], name: str) -> str:
    """Return the program of predicted against true values; ``statements`` make the table."""
    return drawn(
        [
            "from nmr_core.learning.predicting import prediction_scores",
            "from nmr_core.plots import Panel, parity_figure",
        ],
        statements,
        f"spec, scores = run.manifest.targets[{name!r}], prediction_scores(run, table)",
        "fair = table[~table['learned']]",
        f"true, predicted = fair['true_{name}'].to_numpy(), fair['predicted_{name}'].to_numpy()",
        f"panel = Panel(spec['symbol'], true, predicted, scores.loc[{name!r}].r2, LIGHT.series[0],",
        "              fair['sample'].to_numpy())",
        "figure = parity_figure(panel, spec, LIGHT)",
    )


def example(run: Run, seed: int = 0) -> list[str]:
    """Return the statements that read an example of a measured echo."""
    return [
        *_target(run),
        f"example = example_echo(run, target, seed={seed})",
        "measurements = example.read()",
    ]


def measured(run: Run, files: Sequence[str], kind: str, options: ReadOptions) -> list[str]:
    """Return the statements that read measured echoes, the variable ``measurements``."""
    return [*_target(run), f"measurements = {reading(files, kind, options)}"]


def reading(files: Sequence[str], kind: str, options: ReadOptions) -> str:
    """Return the expression that reads measured echoes."""
    values = {
        "kind": kind,
        "time_unit": options.time_unit,
        "columns": options.columns,
        "step": options.step,
        "text": None if options.text == TextOptions() else options.text,
        "first": options.first,
    }
    given = {name: value for name, value in values.items() if value not in (None, "")}
    arguments = "".join(f", {name}={value!r}" for name, value in given.items())
    if len(files) == 1:
        return f"read_measurements({files[0]!r}{arguments})"
    each = f"read_measurements(name{arguments})"
    return f"[one for name in {list(files)!r} for one in {each}]"


def _target(run: Run) -> list[str]:
    return [figure_code.run_line(run), "target = nmr.target_for_run(run)"]


def select(chosen: Sequence[int]) -> str:
    """Return the statement that takes the chosen measurements, numbered from 1."""
    return f"measurements = select_measurements(measurements, target.n_settings, {list(chosen)!r})"


def prepare(steps: Steps) -> str:
    """Return the statement that prepares the measurements."""
    values = {name: value for name, value in vars(steps).items() if value is not None}
    arguments = ", ".join(f"{name}={value!r}" for name, value in values.items())
    changed = f", steps=Steps({arguments})" if values else ""
    return f"prepared = nmr.prepare_for_run(run, measurements, target=target{changed})"


def measured_estimates(level: float, insist: bool, has_truth: bool) -> list[str]:
    """Return the statements that estimate prepared measurements; of an example with the truth."""
    insisting = ", insist=True" if insist else ""
    statements = [f"table = nmr.estimate(run, prepared, level={level:g}{insisting})"]
    if has_truth:
        statements.append("truth = {f'true_{name}': one for name, one in example.truth.items()}")
        statements.append("table = table.assign(**truth)")
    return statements


def measurement(statements: Sequence[str], setting: int) -> str:
    """Return the program of a measurement as it was read."""
    return drawn(
        ["from nmr_core.plots.measured import measurement_figure"],
        statements,
        f"figure = measurement_figure(prepared[{setting}].measurement, LIGHT)",
    )


def prepared(statements: Sequence[str], setting: int) -> str:
    """Return the program of a prepared measurement."""
    return drawn(
        ["from nmr_core.plots.measured import prepared_figure"],
        statements,
        f"figure = prepared_figure(prepared[{setting}], target, LIGHT, setting={setting})",
    )


def resimulation(
    statements: Sequence[str], n_seeds: int, setting: int, refinement: str = ""
) -> str:
    """Return the program of a measurement beside simulations of its estimate.

    Parameters
    ----------
    statements : sequence of str
        What makes the table of estimates.
    n_seeds : int
        Simulations.
    setting : int
        Acquisition of the sample.
    refinement : str
        Id of a finished refinement, whose curve is drawn too.
    """
    imports = [
        "from nmr_core.measured.for_run import resimulated",
        "from nmr_core.plots.measured import resimulation_figure",
    ]
    lines = [f"result = resimulated(run, prepared, table.iloc[0], n_seeds={n_seeds})"]
    curve = ""
    if refinement:
        imports.append("import numpy as np")
        imports.append("from nmr_core.measured.refine_job import load_refined")
        lines.append(f"curves = np.atleast_2d(load_refined({refinement!r}).curve)")
        curve = f", curve=curves[{setting}]"
    lines.append(f"figure = resimulation_figure(result, LIGHT, setting={setting}{curve})")
    return drawn(imports, statements, *lines)


def program(statements: Sequence[str], *last: str) -> str:
    """Return the imports that statements need, the statements, and the last ones."""
    return drawn([], statements, *last, light=False)


NEEDED = {
    "example_echo(": "from nmr_core.measured.example import example_echo",
    "TextOptions(": "from nmr_core.io.text_options import TextOptions",
    "stated(": "from nmr_core.measured.acquired import stated",
    "windowed(": "from nmr_core.measured.windowed import windowed",
}
"""Name in a statement -> its import."""
MEASURED = {
    "Steps(": "Steps",
    "read_measurements(": "read_measurements",
    "select_measurements(": "select_measurements",
}
"""Name in a statement -> what is imported from nmr_core.measured."""


def drawn(imports: Sequence[str], statements: Sequence[str], *last: str, light: bool = True) -> str:
    """Return a program: imports, those that statements need, statements, and the last lines."""
    text = "\n".join(statements)
    head = ["import nmr_core as nmr", *imports]
    if light:
        head.append("from nmr_core.plots import LIGHT")
    head += [line for name, line in NEEDED.items() if name in text]
    if names := [name for call, name in MEASURED.items() if call in text]:
        head.append(f"from nmr_core.measured import {', '.join(names)}")
    return "\n".join([*sorted(head, key=_import_order), "", *statements, *last])


def _import_order(line: str) -> tuple[bool, bool, str]:
    """NumPy first, then the package, then names from it."""
    return "nmr_core" in line, line.startswith("from"), line
