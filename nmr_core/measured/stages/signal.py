"""Sentences on the signal: offset, phase, baseline, amplitude."""

from typing import TYPE_CHECKING

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.steps import OFF, Stage, Steps

if TYPE_CHECKING:
    from nmr_core.measured.alignment import Alignment


def offset_of_fit(measurement: Measurement, steps: Steps, alignment: "Alignment") -> Stage:
    """Return the stage on the offset that the alignment found."""
    sign = -1 if alignment.conjugated else 1
    fit = alignment.estimated_fit
    if measurement.real_only or measurement.magnitude:
        return Stage(
            name="offset",
            label="Offset",
            estimate=float("nan"),
            used=0.0,
            unit="kHz",
            sentence="With one channel an offset from the carrier cannot be told.",
        )
    used = sign * alignment.fit.offset
    estimate = sign * fit.offset if "offset" in fit.errors else used
    return offset_stage(estimate, fit.errors.get("offset", float("nan")), used, steps)


def offset_stage(estimate: float, error: float, used: float, steps: Steps) -> Stage:
    """Return the stage on the offset of the line from the carrier.

    Parameters
    ----------
    estimate, error, used : float
        MHz; the error is NaN where none was estimated.
    steps : Steps
        Steps that are fixed.
    """
    estimate, error, used = 1e3 * estimate, 1e3 * error, 1e3 * used
    value = f"{estimate:+.3g}"
    if np.isfinite(error):
        value += f" ± {error:.1g}"
    if steps.offset == OFF:
        sentence = "The offset from the carrier is left as it is, as chosen."
    elif steps.offset is not None:
        sentence = f"The signal is turned back by {used:+.4g} kHz, as chosen."
    elif not used:
        sentence = "The signal does not turn against such curves: the line is on the carrier."
    else:
        sentence = f"The signal turns by {value} kHz against such curves; it is turned back."
    return Stage(
        name="offset",
        label="Offset",
        estimate=estimate,
        used=used,
        unit="kHz",
        sentence=sentence,
        warning=False,
        error=error,
    )


def _degrees(angle: float) -> float:
    return float((np.degrees(angle) + 180) % 360 - 180)


def phase_stage(measurement: Measurement, steps: Steps, alignment: "Alignment") -> Stage:
    """Return the stage on the phase of the receiver."""
    free, used = _degrees(alignment.estimated_fit.phase), _degrees(alignment.fit.phase)
    error = float(np.degrees(alignment.estimated_fit.errors.get("phase", np.nan)))
    if measurement.magnitude:
        return Stage(
            name="phase",
            label="Phase",
            estimate=float("nan"),
            used=0.0,
            unit="°",
            sentence="A magnitude has no phase; the mean curve's is used.",
            warning=True,
        )
    if steps.phase == OFF:
        sentence = "The phase is left as it is, as chosen."
    elif steps.phase is not None:
        sentence = f"The signal is turned back by {used:.4g}°, as chosen."
    elif used == 0:
        sentence = f"The phase is right: {free:+.2g} ± {error:.1g}° is within its error."
    else:
        sentence = (
            f"The signal is turned by {used:.4g} ± {error:.1g}° against the mean of such curves; "
            "it is turned back."
        )
    return Stage(
        name="phase",
        label="Phase",
        estimate=free,
        used=used,
        unit="°",
        sentence=sentence,
        warning=False,
        error=error,
    )


def complex_text(value: complex) -> str:
    """Return a complex number as text, "0.1 - 0.02i"."""
    return f"{value.real:.3g} {'+' if value.imag >= 0 else '-'} {abs(value.imag):.3g}i"


def chosen_baseline(steps: Steps, used: complex) -> str:
    """Return a sentence on a baseline that was chosen; "" where it was not."""
    if steps.baseline == OFF:
        return "The baseline is left as it is, as chosen."
    if steps.baseline is not None and not isinstance(steps.baseline, str):
        return f"{complex_text(used)} is subtracted, as chosen."
    return ""


def baseline_stage(steps: Steps, alignment: "Alignment", s: int) -> Stage:
    """Return the stage on the baseline, of setting ``s``."""
    free, used = alignment.estimated_fit.baseline[s], alignment.fit.baseline[s]
    error = alignment.estimated_fit.errors.get("constant", float("nan"))
    sloped = bool(used[1])
    sentence = chosen_baseline(steps, used[0])
    if not sentence and not used.any():
        sentence = f"The baseline is 0 within its error ({error:.2g})."
    elif not sentence:
        drift = (
            f", with a drift of {2 * abs(used[1]):.2g} from the first to the last time"
            if sloped
            else ""
        )
        sentence = f"Baseline offset {complex_text(used[0])} ± {error:.1g}{drift} was subtracted."
    if alignment.conjugated:
        free, used = free.conj(), used.conj()
    return Stage(
        name="baseline",
        label="Baseline",
        estimate=complex(free[0]),
        used=complex(used[0]),
        unit="of the measurement",
        sentence=sentence,
        warning=sloped and steps.baseline is None,
        error=error,
    )


def amplitude_stage(steps: Steps, alignment: "Alignment") -> Stage:
    """Return the stage on the gain of the receiver."""
    free, used = alignment.estimated_fit.amplitude, alignment.fit.amplitude
    error = alignment.estimated_fit.errors.get("amplitude", float("nan"))
    share = error / free if free else float("nan")
    if steps.amplitude == OFF:
        sentence = (
            "The scale is left as it is, as chosen: the measurement is taken in units of M (1/2 "
            "at most)."
        )
    elif steps.amplitude is not None:
        sentence = (
            f"The measurement is divided by {used:.4g}, as chosen, to be in units of M (1/2 at "
            "most)."
        )
    elif used == 1:
        sentence = (
            f"The measurement is in units of M already: its scale is {free:.4g} ± {error:.1g}."
        )
    else:
        sentence = (
            f"M = 1 is {used:.4g} ± {error:.1g} in the unit of the file; the signal is divided by "
            "that."
        )
    wide = steps.amplitude is None and share > 0.1
    if wide:
        sentence += (
            f" Its uncertainty is {100 * share:.0f} %, because the decay after the first pulse is "
            "missing or weak."
        )
    return Stage(
        name="amplitude",
        label="Scale",
        estimate=free,
        used=used,
        unit="for M = 1",
        sentence=sentence,
        warning=wide,
        error=error,
    )
