"""The question of the Design page: a prior, what may change, time, noise, and what counts."""

import json
import shlex
from dataclasses import dataclass
from typing import Any

from nmr_core.design.problem import DesignProblem
from nmr_core.presets import Preset
from ui.shared import compute, fixed_fields, once

DEFAULT = "weighted"
"""Criterion of the first visit."""
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
        The prior, with the fixed values.
    fixed : dict
        Name -> value of what the visitor fixed.
    options : dict
        Arguments of ``DesignProblem.of`` that differ from its defaults, as JSON.
    criterion : str
        A key of ``CRITERIA``.
    """

    source: str
    title: str
    preset: Preset
    fixed: dict[str, float | str]
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

    def _call(self, function: str, *, criterion: bool) -> str:
        """The call of a function with the prior and the options."""
        is_dataset = self.source != self.preset.name
        source = f"nmr.load_dataset({self.source!r}).preset" if is_dataset else repr(self.source)
        if self.fixed:
            prior = source if is_dataset else f"nmr.preset({self.source!r})"
            source = f"{prior}.fix({', '.join(f'{k}={v!r}' for k, v in self.fixed.items())})"
        lines = [f"    {source},\n"]
        lines += [f"    {name}={value!r},\n" for name, value in self.options.items()]
        if criterion and self.criterion != DEFAULT:
            lines.append(f"    criterion={self.criterion!r},\n")
        return f"{function}(\n{''.join(lines)})"

    @property
    def python(self) -> str:
        """Python that computes the variable ``result``."""
        return f"import nmr_core as nmr\n\nresult = {self._call('nmr.design', criterion=True)}"

    @property
    def screen_python(self) -> str:
        """Python that computes ``problem``, and its fast screen as ``result``."""
        by = f", criterion={self.criterion!r}" if self.criterion != DEFAULT else ""
        lines = [
            "import nmr_core as nmr",
            "from nmr_core.design.problem import DesignProblem",
            "from nmr_core.design.screen import screen",
            "",
            f"problem = {self._call('DesignProblem.of', criterion=False)}",
            f"result = screen(problem{by})",
        ]
        return "\n".join(lines)

    def screen_figure(self, module: str, function: str, statement: str) -> str:
        """Return Python that draws a figure of the fast screen.

        Parameters
        ----------
        module, function : str
            Module of nmr_core.plots, and its function that draws.
        statement : str
            Makes the variable ``figure`` from ``result`` and ``problem``.
        """
        return f"{_figure_imports(module, function)}{self.screen_python}\n{statement}"

    def figure(self, module: str, function: str, *statements: str) -> str:
        """Return Python that draws a figure of the ranking or of its proof.

        Parameters
        ----------
        module, function : str
            Module of nmr_core.plots, and its function that draws.
        *statements : str
            What follows the result.
        """
        lines = [self.python, *statements]
        return _figure_imports(module, function) + "\n".join(lines)

    @property
    def command(self) -> str:
        """The command that computes the same."""
        options = self.options
        words = ["design", self.source]
        for name, value in self.fixed.items():
            words += ["--set", f"{name}={fixed_fields.as_text(value)}"]
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
        if self.criterion != DEFAULT:
            words += ["--criterion", self.criterion]
        return "python -m nmr_core " + shlex.join(words)


def _pairs(values: dict[str, float]) -> str:
    return ",".join(f"{name}={value:.10g}" for name, value in values.items())


def _figure_imports(module: str, function: str) -> str:
    return f"from nmr_core.plots import LIGHT\nfrom nmr_core.plots.{module} import {function}\n"
