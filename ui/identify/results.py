"""Stored results of the Identify page, the jobs that compute them, and the code for both."""

import shlex
from typing import Any

from nmr_core.inference.identifiability import (
    ErrorMap,
    Identification,
    IdentifyProblem,
    Profile,
    Scan,
)
from nmr_core.inference.identifiability.identify import N_POINTS
from nmr_core.inference.identifiability.sensitivities import (
    n_signals,
    usual_n_curves,
    usual_n_seeds,
)
from nmr_core.jobs.capacity import cores
from ui.identify.form import Question
from ui.shared import compute, identified

Arguments = dict[str, Any]
"""Arguments of ``scan``, ``error_map`` or ``profile``, as JSON."""


def identification(question: Question) -> Identification | None:
    """Return the verdicts, if they are stored or shipped with the app."""
    return identified.verdicts_of(question.preset, **question.options)


def stored_result(
    question: Question, kind: str, arguments: Arguments
) -> Scan | ErrorMap | Profile | None:
    """Return the scan, map or profile with these arguments, if it is stored."""
    return identified.read(key(question, kind, arguments))


def key(question: Question, kind: str, arguments: Arguments) -> str:
    """Return the name under which the result is stored."""
    problem = IdentifyProblem.of(question.preset, point={}, **question.options)
    if kind == "scan":
        values = [float(value) for value in arguments["values"]]
        return problem.key(kind, along=arguments["name"], values=values)
    if kind == "map":
        x_values, y_values = (
            [float(value) for value in arguments[name]] for name in ("x_values", "y_values")
        )
        return problem.key(
            kind,
            x=arguments["x"],
            y=arguments["y"],
            x_values=x_values,
            y_values=y_values,
            of=arguments["of"],
        )
    return problem.key(kind, of=arguments["name"], n_points=arguments["n_points"], span=None)


def job(
    question: Question, kind: str = "verdicts", arguments: Arguments | None = None
) -> dict[str, Any]:
    """Return the parameters of the job "identify"."""
    preset = question.preset.to_dict()
    return {"what": kind, "preset": preset} | (arguments or {}) | question.options


def seconds(
    question: Question, kind: str = "verdicts", arguments: Arguments | None = None
) -> float:
    """Return the nominal computing time in s."""
    preset, a = question.preset, arguments or {}
    several = kind == "verdicts"
    n_samples = n_signals(len(preset.drawn), usual_n_seeds(preset, several=several))
    if several:
        n_samples += usual_n_curves(preset) * 4 // 3
    per_point = compute.seconds(preset.experiments()[0], n_samples * len(preset.settings))
    if several:
        return per_point * N_POINTS.default / cores()
    if kind == "scan":
        return per_point * (1 if a["name"] == "snr" else len(a["values"]))
    if kind == "map":
        return per_point * len(a["x_values"]) * len(a["y_values"])
    return per_point * a["n_points"] / 2


SHOWN = {
    "verdicts": "for verdict in result.verdicts.values():\n"
    "    print(verdict.name, verdict.kind, verdict.reason)",
    "scan": "print(result.errors)",
    "map": "print(result.errors)",
    "profile": "print(result.delta_chi2)",
}
"""Kind of result -> Python that prints it."""


def python(question: Question, kind: str = "verdicts", arguments: Arguments | None = None) -> str:
    """Return Python code that computes and prints the result."""
    return f"{computed(question, kind, arguments)}\n{SHOWN[kind]}"


def computed(question: Question, kind: str = "verdicts", arguments: Arguments | None = None) -> str:
    """Return Python code that computes the variable ``result``."""
    a = arguments or {}
    fix = f".fix(**{question.fixed})" if question.fixed else ""
    is_dataset = question.source != question.preset.name
    source = (
        f"load_dataset({question.source!r}).preset"
        if is_dataset
        else f"preset({question.source!r})"
    )
    start = f"import nmr_core as nmr\n\npreset = nmr.{source}{fix}\n"
    options = "".join(f", {name}={value!r}" for name, value in question.options.items())
    if kind == "verdicts":
        return f"{start}result = nmr.identify(preset{options})"
    if kind == "scan":
        name = "scan"
        call = f"scan(preset, {a['name']!r}, {a['values']}{options})"
    elif kind == "map":
        name = "error_map"
        call = (
            f"error_map(preset, {a['x']!r}, {a['y']!r}, {a['x_values']},\n"
            f"                   {a['y_values']}, of={a['of']!r}{options})"
        )
    else:
        name = "profile"
        call = f"profile(preset, {a['name']!r}, n_points={a['n_points']}{options})"
    line = f"from nmr_core.inference.identifiability import {name}\n"
    return f"{line}{start}result = {call}"


def figure_code(
    question: Question,
    imports: str,
    *statements: str,
    kind: str = "verdicts",
    arguments: Arguments | None = None,
) -> str:
    """Return Python code that draws the result as the variable ``figure``.

    Parameters
    ----------
    question : Question
        Preset, fixed parameters and options.
    imports : str
        Module of nmr_core.plots and the function that draws, such as "scans scan_figure".
    *statements : str
        What follows the result.
    kind : str
        Kind of result.
    arguments : dict, optional
        Of this kind.
    """
    module, name = imports.split()
    head = [
        "import numpy as np",
        "from nmr_core.plots import LIGHT",
        f"from nmr_core.plots.{module} import {name}",
    ]
    return "\n".join([*head, computed(question, kind, arguments), *statements])


def command(question: Question, kind: str = "verdicts", arguments: Arguments | None = None) -> str:
    """Return the command that computes the result."""
    a = arguments or {}
    words = ["identify", question.source]
    for name, value in question.fixed.items():
        words += ["--set", f"{name}={value}"]
    if kind == "scan":
        words += ["--against", f"{a['name']}={_listed(a['values'])}"]
    elif kind == "map":
        x, y = (f"{a[axis]}={_listed(a[f'{axis}_values'])}" for axis in "xy")
        words += ["--map", x, y, "--of", a["of"]]
    elif kind == "profile":
        words += ["--profile", a["name"]]
    if question.noise is not None:
        words += ["--noise", f"{question.noise:.6g}"]
    if not question.disorder:
        words += ["--no-disorder"]
    return "python -m nmr_core " + shlex.join(words)


def _listed(values: list[float]) -> str:
    return ",".join(f"{value:.10g}" for value in values)
