"""What to do about a measurement that a model refuses: one button each.

average_scans    noise ~ 1 / sqrt(scans): a noise r times too large needs r^2 times the scans
train_noise      a data set of this protocol with the noise of this measurement
make_model       a model of this very protocol: tau, dwell, window, line, noise
window           another part of the record
identify         which parameters a measurement can tell at all
"""

import math
from dataclasses import dataclass, field

AVERAGE, TRAIN, MAKE, WINDOW, IDENTIFY = (
    "average_scans",
    "train_noise",
    "make_model",
    "window",
    "identify",
)
KINDS = (AVERAGE, TRAIN, MAKE, WINDOW, IDENTIFY)


@dataclass(frozen=True)
class Action:
    """One thing to do, and the button for it.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`.
    label : str
        Words of the button.
    sentence : str
        What it does, with its numbers.
    values : dict of str to float
        Numbers of the action: ``times`` as many scans and, where the file counts them, ``more``;
        ``sigma`` of the noise in units of M; ``first`` and ``last`` of a window, µs on the clock of
        the file.
    """

    kind: str
    label: str
    sentence: str
    values: dict[str, float] = field(default_factory=dict)


def average_scans(ratio: float, scans: float = 0) -> Action:
    """Return how many more scans bring a noise that is ``ratio`` times too large into range.

    Parameters
    ----------
    ratio : float
        Noise of the measurement over the largest that is in range, > 1.
    scans : float
        Scans of the measurement; 0 where the file does not count them.
    """
    times = math.ceil(ratio**2 - 1e-9)
    if not scans:
        return Action(
            AVERAGE,
            f"Average {times:,} times as many scans",
            f"Average {times:,} times as many scans: noise falls as 1/√scans.",
            {"times": times},
        )
    more = math.ceil(scans * (ratio**2 - 1) - 1e-9)
    return Action(
        AVERAGE,
        f"Average {more:,} more scans",
        f"Average {more:,} more scans, {scans + more:,.0f} instead of {scans:,.0f}: noise falls as "
        "1/√scans.",
        {"times": times, "more": more},
    )


def train_noise(sigma: float) -> Action:
    """Return the way to a model that knows a noise ``sigma`` of one quadrature, in units of M."""
    return Action(
        TRAIN,
        "Train with this noise",
        f"Train a run with noise of {sigma:.2g} in units of M, then calibrate it.",
        {"sigma": sigma},
    )


def make_model(reason: str = "") -> Action:
    """Return the way to a model of the protocol of the measurement.

    Parameters
    ----------
    reason : str
        What such a model does about the number that is out of range; default: that it has the
        protocol of this file.
    """
    reason = reason or "it has the pulse spacing, the points and the noise of this file"
    return Action(
        MAKE, "Make a model for this measurement", f"Make a model for this measurement: {reason}."
    )


def window(first: float, last: float) -> Action:
    """Return the choice of the window ``first`` to ``last``, µs on the clock of the file."""
    return Action(
        WINDOW,
        f"Look at {first:.4g} to {last:.4g} µs only",
        f"Choose another window: {first:.4g} to {last:.4g} µs of the record.",
        {"first": first, "last": last},
    )


def identify(symbols: str = "") -> Action:
    """Return the question which measurement would tell ``symbols``."""
    subject = symbols or "the parameters"
    return Action(
        IDENTIFY,
        f"Which measurement would tell {subject}?",
        f"Identify says which pulses and times would tell {subject}.",
    )
