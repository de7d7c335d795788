"""The question of the Design page: a prior, what may change, time, noise, and what counts."""

import json
import shlex
from dataclasses import dataclass
from typing import Any

from nmr_core.design.problem import DesignProblem
from nmr_core.presets import Preset
from ui.shared import compute, once

CRITERIA = {
    "weighted": "Weighted sum of the errors",
    "minimax": "Worst parameter (minimax)",
    "d": "Volume of the joint uncertainty (D)",
    "a": "Sum of squared errors (A)",
}
"""Criterion -> words of the menu."""


@dataclass(frozen=True)
class Question:
    """What the page designs.

    Attributes
    ----------
    source : str
        Name of a preset, or id of a data set.
    title : str
        Of the preset or data set.
    preset : Preset
        The prior.
    options : dict
        Arguments of ``DesignProblem.of`` that differ from its defaults, as JSON.
    criterion : str
        A key of ``CRITERIA``.
    """

    source: str
    title: str
    preset: Preset
    options: dict[str, Any]
    criterion: str

    @property
    def key(self) -> str:
        """Text that differs for different questions."""
        of = compute.key_of(self.preset)
        return json.dumps([of, self.options, self.criterion], sort_keys=True)

    def problem(self) -> DesignProblem:
        """Return the problem, made once.

        Raises
        ------
        InputError
            If the choices contradict each other, or no measurement is possible.
        """
        problem: DesignProblem = once.table(
            lambda: DesignProblem.of(self.preset, **self.options), "design problem", self.key
        )
        return problem

    @property
    def job(self) -> dict[str, Any]:
        """The parameters of the job "design"."""
        options = {"preset": self.preset.to_dict(), "criterion": self.criterion}
        return options | self.options

    @property
    def python(self) -> str:
        """Python that computes the variable ``result``."""
        is_dataset = self.source != self.preset.name
        source = f"nmr.load_dataset({self.source!r}).preset" if is_dataset else repr(self.source)
        lines = [f"    {name}={value!r},\n" for name, value in self.options.items()]
        if self.criterion != "weighted":
            lines.append(f"    criterion={self.criterion!r},\n")
        inside = "".join(lines)
        return f"import nmr_core as nmr\n\nresult = nmr.design(\n    {source},\n{inside})"

    @property
    def command(self) -> str:
        """The command that computes the same."""
        options = self.options
        words = ["design", self.source]
        for name, values in options.get("vary", {}).items():
            words += ["--vary", f"{name}={','.join(f'{value:.10g}' for value in values)}"]
        for sequence in options.get("sequences", ()):
            words += ["--sequence", str(sequence)]
        for option in ("noise", "budget", "seconds_per_shot", "most", "seed"):
            if option in options:
                unit = "s" if option == "budget" else ""
                words += [f"--{option.replace('_', '-')}", f"{options[option]:.10g}{unit}"]
        for option in ("change", "weights", "nuisances"):
            if options.get(option):
                words += [f"--{option}", _pairs(options[option])]
        for name, (low, high) in options.get("posterior", {}).items():
            words += ["--known", f"{name}={low:.10g}:{high:.10g}"]
        if self.criterion != "weighted":
            words += ["--criterion", self.criterion]
        return "python -m nmr_core " + shlex.join(words)


def _pairs(values: dict[str, float]) -> str:
    return ",".join(f"{name}={value:.10g}" for name, value in values.items())
