"""Answers of the Identify page, looked up by what was asked: found on disk, or asked for by a job; and the lines for both."""

import shlex

from nmr_core.inference.identifiability import BoundMap, Identification, Profile, Scan
from nmr_core.inference.identifiability.make import Asked
from ui.identify.form import Question
from ui.shared import identified


def identification(asked: Question) -> Identification | None:
    """The verdicts, if somebody asked for them or they ship with the app."""
    return identified.verdicts_of(asked.preset, **asked.options)


def result(asked: Question, kind: str, given: dict) -> Scan | BoundMap | Profile | None:
    """A scan, map or profile with these arguments, if there is one."""
    return identified.read(key(asked, kind, given))


def key(asked: Question, kind: str, given: dict) -> str:
    """What the answer to a question of this kind is stored under."""
    one = Asked.of(asked.preset, {}, asked.sigma, asked.disorder, None, 0, None)
    if kind == "scan":
        return one.key(
            kind, along=given["name"], values=[float(value) for value in given["values"]]
        )
    if kind == "map":
        values = {
            name: [float(value) for value in given[name]] for name in ("x_values", "y_values")
        }
        return one.key(kind, x=given["x"], y=given["y"], **values, of=given["of"])
    return one.key(kind, of=given["name"], n_points=given["n_points"], span=None)


def job(asked: Question, kind: str = "verdicts", given: dict | None = None) -> dict:
    """Params of the job "identify"."""
    return {"what": kind, "preset": asked.preset.to_dict()} | (given or {}) | asked.options


def seconds(asked: Question, kind: str, given: dict) -> float:
    """About how long it takes here, s; 0 where there is nothing to tell from."""
    found = identification(asked)
    if found is None or not found.seconds:
        return 0.0
    a_place = found.seconds / found.n_places
    if kind == "scan":
        return a_place * (1 if given["name"] == "snr" else len(given["values"]))
    if kind == "map":
        return a_place * len(given["x_values"]) * len(given["y_values"])
    return a_place * given["n_points"] / 2


def python(asked: Question, kind: str, given: dict) -> str:
    """Lines that find the same."""
    hold = f".fix(**{asked.held})" if asked.held else ""
    start = (
        f"preset = nmr.load_dataset({asked.source!r}).preset{hold}"
        if asked.source != asked.preset.name
        else f"preset = nmr.preset({asked.source!r}){hold}"
    )
    more = "".join(f", {name}={value!r}" for name, value in asked.options.items())
    start = f"import nmr_core as nmr\n\n{start}"
    if kind == "verdicts":
        return (
            f"{start}\nfound = nmr.identify(preset{more})\nfor verdict in found.verdicts.values():\n"
            "    print(verdict.name, verdict.kind, verdict.reason)"
        )
    if kind == "scan":
        call, shown = f"scan(preset, {given['name']!r}, {given['values']}{more})", "bounds"
    elif kind == "map":
        call = (
            f"bound_map(preset, {given['x']!r}, {given['y']!r}, {given['x_values']},\n"
            f"                  {given['y_values']}, of={given['of']!r}{more})"
        )
        shown = "bounds"
    else:
        call, shown = (
            f"profile(preset, {given['name']!r}, n_points={given['n_points']}{more})",
            "delta_chi2",
        )
    name = call.partition("(")[0]
    return f"from nmr_core.inference.identifiability import {name}\n{start}\nfound = {call}\nprint(found.{shown})"


def command(asked: Question, kind: str, given: dict) -> str:
    """The same on the command line."""
    words = [
        "identify",
        asked.source,
        *(word for name, value in asked.held.items() for word in ("--set", f"{name}={value}")),
    ]
    if kind == "scan":
        words += ["--against", f"{given['name']}={_listed(given['values'])}"]
    elif kind == "map":
        x, y = (f"{given[axis]}={_listed(given[f'{axis}_values'])}" for axis in "xy")
        words += ["--map", x, y, "--of", given["of"]]
    elif kind == "profile":
        words += ["--profile", given["name"]]
    words += ["--sigma", f"{asked.sigma:.6g}"] if asked.sigma is not None else []
    words += [] if asked.disorder else ["--no-disorder"]
    return "python -m nmr_core " + shlex.join(words)


def _listed(values: list[float]) -> str:
    return ",".join(f"{value:.10g}" for value in values)
