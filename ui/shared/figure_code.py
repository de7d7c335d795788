"""Python that makes a figure of a page again: imports, what it is made of, and the figure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from nmr_core.datasets import EchoDataset
from nmr_core.learning import Run
from ui.shared.query import EchoQuery

if TYPE_CHECKING:
    from nmr_core.evaluation.explain import Explanation


def lines(imports: str, *statements: str) -> str:
    """Return a program that ends with the variable ``figure``.

    Parameters
    ----------
    imports : str
        Names of nmr_core.plots, separated by commas; LIGHT is always among them. Lines after the
        first are further imports.
    *statements : str
        What follows the imports.
    """
    names, *more = imports.split("\n")
    head = ["import nmr_core as nmr", f"from nmr_core.plots import LIGHT, {names}", *more]
    return "\n".join([*head, "", *statements])


def text_options(statement: str) -> str:
    """Return the import that a statement with TextOptions needs, as a further line."""
    needed = "TextOptions(" in statement
    return "\nfrom nmr_core.io.text_options import TextOptions" if needed else ""


def run_line(run: Run, name: str = "run") -> str:
    """Return the statement that loads a run."""
    return f"{name} = nmr.load_run({run.id!r})"


def runs_line(runs: Iterable[Run]) -> str:
    """Return the statement that loads several runs."""
    return f"runs = [nmr.load_run(id) for id in {[run.id for run in runs]!r}]"


def panel(run: str, name: str, colour: str, title: str = "") -> str:
    """Return the expression of predicted and true values of a run."""
    return f"Panel.of({run}, {name!r}, {colour!r}, {title!r})"


def curves(dataset: EchoDataset, n_curves: int, channel: str = "", setting: int = 0) -> list[str]:
    """Return the statements that read the first curves of a data set, or one part of them."""
    statements = [
        f"dataset = nmr.load_dataset({dataset.manifest.id!r})",
        f"curves = dataset.curves(range({n_curves}))[:, {setting}]",
    ]
    if channel:
        statements.append(f"values = COMPONENTS[{channel!r}][0](curves)")
    return statements


def column(run: Run, name: str, variable: str = "run") -> str:
    """Return the expression of a parameter of each test echo of a run."""
    if run.task == "regression" and name in run.targets:
        return f"{variable}.true[{name!r}].to_numpy(float)"
    table = f"nmr.load_dataset({variable}.manifest.dataset).table([{name!r}])[{name!r}]"
    return f'{table}.to_numpy()[{variable}.predictions["sample"].to_numpy()].astype(float)'


def echo(query: EchoQuery) -> str:
    """Return the expression that simulates an echo."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in query.values)
    build = f"build({arguments})"
    if len(query.source.settings) > 1:
        build = f"experiments({arguments})[{query.setting}]"
    number = f", setting={query.setting}" if query.setting else ""
    return f"nmr.simulate(nmr.preset({query.preset!r}).{build}, seed={query.seed}{number})"


def dictionary(name: str, entries: Sequence[tuple[str, str]]) -> str:
    """Return the statement that makes a dictionary of text to expression."""
    inside = "".join(f"    {key!r}: {value},\n" for key, value in entries)
    return f"{name} = {{\n{inside}}}"


def explained(
    explanation: "Explanation",
    symbols: Mapping[str, str],
    name: str,
    *statements: str,
    module: str = "explain",
) -> str:
    """Return a program about the stored explanation of a run.

    Parameters
    ----------
    explanation : Explanation
        Read again as the variable ``explanation``.
    symbols : mapping of str to str
        Name of a target -> symbol, the variable ``symbols``.
    name : str
        Function of nmr_core.plots that draws the figure.
    *statements : str
        What follows.
    module : str
        Module of the function.
    """
    return _about(
        module,
        name,
        f"explanation = nmr.load_explanation({explanation.run!r})",
        f"symbols = {dict(symbols)!r}",
        *statements,
    )


def covered(run: Run, name: str, *statements: str, module: str = "calibration") -> str:
    """Return a program about the intervals of a calibrated run; its coverage is ``result``.

    Parameters
    ----------
    run : Run
        With a stored calibration.
    name : str
        Function of nmr_core.plots that draws the figure.
    *statements : str
        What follows.
    module : str
        Module of the function.
    """
    program = _about(
        module,
        name,
        f"calibration = nmr.load_calibration({run.id!r})",
        "result = nmr.coverage(calibration)",
        *statements,
    )
    return f"import numpy as np\n{program}"


def tested(run: str, name: str, *statements: str) -> str:
    """Return a program about the stored robustness of a run, the variable ``result``.

    Parameters
    ----------
    run : str
        Id of the run.
    name : str
        Function of nmr_core.plots.robustness that draws the figure.
    *statements : str
        What follows.
    """
    return _about(
        "robustness",
        name,
        f"result = nmr.load_robustness({run!r})",
        *statements,
        more="from nmr_core.inference.robustness import usable_limit\n",
    )


def _about(module: str, name: str, *statements: str, more: str = "") -> str:
    """A program about a stored result; ``more`` are further imports, each with its line's end."""
    head = (
        f"import nmr_core as nmr\n{more}from nmr_core.plots import LIGHT\n"
        f"from nmr_core.plots.{module} import {name}\n"
    )
    return "\n".join([head, *statements])
