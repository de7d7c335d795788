"""The Python that makes the result of a series again."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from nmr_core.io.options import ReadOptions
from nmr_core.measured.estimating import LEVEL
from nmr_core.measured.series.quantity import Quantity
from nmr_core.measured.series.resimulating import N_SEEDS
from nmr_core.measured.series.result import SeriesResult
from nmr_core.measured.series.series import GIVEN, HEADER, NAME, NUMBER
from nmr_core.measured.steps import Steps


def series_code(
    result: SeriesResult,
    paths: Sequence[str],
    *,
    group: int = 1,
    kind: str = "",
    options: ReadOptions | None = None,
    steps: Steps | None = None,
    given: Mapping[str, float | str | Sequence[float]] | None = None,
) -> str:
    """Return a script that reads the files again and makes table, figure and report.

    Parameters
    ----------
    result : SeriesResult
        Result that is made again.
    paths : sequence of str
        Folder or files as a reader of the script has them.
    group : int
        Group of one protocol that was read.
    kind : str
        Key in ``READERS`` of all files; "": each was recognised.
    options : ReadOptions, optional
        How the files were read; default: as they say.
    steps : Steps, optional
        Steps of the preparation that were fixed; default: none.
    given : mapping, optional
        Numbers of the protocol that were given, such as {"tau": 50.0}; several: one per echo of a
        file.
    """
    shown = [str(path) for path in paths]
    source = repr(shown[0]) if len(shown) == 1 else repr(shown)
    asked = _asked(result.source, result.quantity)
    reading = [source, *asked]
    imports = ["from pathlib import Path\n", "from nmr_core.evaluation import load_run"]
    if kind:
        reading.append(f"kind={kind!r}")
    how = _arguments(options or ReadOptions())
    if how:
        imports.append("from nmr_core.io.options import ReadOptions")
        reading.append(f"options=ReadOptions({how})")
    if "TextOptions(" in how:
        imports.append("from nmr_core.io.text_options import TextOptions")
    values_line = ""
    if result.source == GIVEN:
        values = {_name(row): row["value"] for row in result.table.to_dict("records")}
        known = {name: float(value) for name, value in values.items() if value == value}
        values_line = f"values = {known!r}\n"
    answering = ["load_run(" + repr(result.run) + ")", "series"]
    if group != 1:
        answering.append(f"group={group}")
    if result.level != LEVEL:
        answering.append(f"level={result.level:g}")
    if result.n_seeds != N_SEEDS:
        answering.append(f"n_seeds={result.n_seeds}")
    imports += [
        "from nmr_core.measured.series import collect",
        "from nmr_core.measured.series.answering import answer_series",
    ]
    stating = ""
    if given:
        imports.append("from nmr_core.measured.series.stating import stated_series")
        stating = f"series = stated_series(series, lambda item: {_given(given)})\n"
    fixed = _arguments(steps or Steps())
    if fixed:
        imports.append("from nmr_core.measured.steps import Steps")
        answering.append(f"steps=Steps({fixed})")
    imports += [
        "from nmr_core.plots.palette import LIGHT",
        "from nmr_core.plots.series import series_figure",
        "from nmr_core.plots.series_report import series_report",
    ]
    return (
        "\n".join(imports)
        + f"\n\n{values_line}series = collect({', '.join(reading)})\n"
        + stating
        + "assert not series.question, series.question\n"
        + f"result = answer_series({', '.join(answering)})\n"
        + "print(result.summary)\n"
        + 'Path("series.csv").write_text(result.csv(), encoding="utf-8")\n'
        + "figure = series_figure(result, LIGHT)\n"
        + 'Path("series.html").write_text(series_report(result).html(), encoding="utf-8")\n'
    )


def _given(given: Mapping[str, float | str | Sequence[float]]) -> str:
    """The given numbers of one echo, as Python."""
    parts = [
        f"{name!r}: {value!r}"
        if isinstance(value, float | int | str)
        else f"{name!r}: {[float(one) for one in value]!r}[item.number - 1]"
        for name, value in given.items()
    ]
    return "{" + ", ".join(parts) + "}"


def _arguments(options: ReadOptions | Steps) -> str:
    """The arguments that differ from their defaults, as Python."""
    default = type(options)()
    values = {one.name: getattr(options, one.name) for one in fields(options)}
    changed = {name: value for name, value in values.items() if value != getattr(default, name)}
    return ", ".join(f"{name}={value!r}" for name, value in changed.items())


def _name(row: dict) -> str:
    """What ``given_values`` calls an echo."""
    return row["file"] if row["number"] == 1 else f"{row['file']} {row['number']}"


def _asked(source: str, quantity: Quantity) -> list[str]:
    """Arguments of ``collect`` that choose the swept quantity."""
    if source == GIVEN:
        unit = f" ({quantity.unit})" if quantity.unit and quantity.unit.isascii() else ""
        return [f"quantity={quantity.name + unit!r}", "values=values"]
    if source == NUMBER:
        return ["quantity='order'"]
    place = {HEADER: "header:", NAME: "name:"}.get(source, "")
    return [f"quantity={place + quantity.name!r}"]
