"""Models that were made before, and the one that was made for a protocol."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nmr_core.evaluation.compare import list_runs
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.acquired import Acquired
from nmr_core.measured.found import FoundEcho, find_echo
from nmr_core.measured.made_for import MadeFor, made_for_of
from nmr_core.measured.same_protocol import differences

SAME_WIDTH = 0.01
"""Relative difference of two line widths, or ends of a range, that are the same."""


@dataclass(frozen=True)
class Asked:
    """What a model is asked to have; None and {}: anything.

    Attributes
    ----------
    kernel, line : str, optional
    line_width : float, optional
        MHz.
    ranges : mapping of str to (float, float)
    """

    kernel: str | None = None
    line: str | None = None
    line_width: float | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def differences(self, run: Run, made_for: MadeFor) -> list[str]:
        """Return what a made model has instead, in sentences; [] if it has what is asked for."""
        sentences = []
        if self.kernel is not None and self.kernel != made_for.kernel:
            sentences.append(f"The kernel {self.kernel} was asked for; it has {made_for.kernel}.")
        if self.line is not None and self.line != made_for.line:
            sentences.append(f"The line {self.line} was asked for; it has {made_for.line}.")
        if self.line_width is not None and not made_for.line_is_given:
            sentences.append(
                f"A line of {1e3 * self.line_width:.4g} kHz was asked for; its line width is a "
                "parameter."
            )
        elif self.line_width is not None and not _same(self.line_width, made_for.line_width):
            sentences.append(
                f"A line of {1e3 * self.line_width:.4g} kHz was asked for; it has "
                f"{1e3 * made_for.line_width:.4g} kHz."
            )
        for name, (low, high) in self.ranges.items():
            spec = run.manifest.targets.get(name)
            if spec is None:
                sentences.append(f"A range of {name} was asked for; it is no parameter of it.")
            elif not (_same(low, spec["low"]) and _same(high, spec["high"])):
                sentences.append(
                    f"{name} from {low:g} to {high:g} was asked for; it has {spec['low']:.4g} to "
                    f"{spec['high']:.4g}."
                )
        return sentences


def _same(one: float, two: float) -> bool:
    return math.isclose(one, two, rel_tol=SAME_WIDTH, abs_tol=1e-12)


def made_models() -> list[tuple[Run, MadeFor]]:
    """Return the models that were made for measurements, the newest first."""
    models = []
    for entry in list_runs():
        made_for = made_for_of(entry.run) if entry.run is not None else None
        if entry.run is not None and made_for is not None:
            models.append((entry.run, made_for))
    return models


def find_made(
    measurements: Sequence[Measurement],
    acquired: Acquired | Sequence[Acquired],
    echoes: Sequence[FoundEcho] | None = None,
    asked: Asked | None = None,
) -> Run | None:
    """Return the newest model that was made for the protocol of measurements.

    Parameters
    ----------
    measurements : sequence of Measurement
        One per setting.
    acquired : Acquired or sequence of Acquired
        What was measured.
    echoes : sequence of FoundEcho, optional
        Default: they are found.
    asked : Asked, optional
        Kernel, line and ranges that the model must have; default: any.

    Returns
    -------
    Run or None
    """
    models = made_models()
    if not models:
        return None
    found = [find_echo(one) for one in measurements] if echoes is None else list(echoes)
    several = [acquired] * len(found) if isinstance(acquired, Acquired) else list(acquired)
    for run, made_for in models:
        other = differences(made_for, several, found)
        if not other and (asked is None or not asked.differences(run, made_for)):
            return run
    return None
