"""A measured echo into the lab book: from a spectrometer's file or as numbers in units of M.

A file is brought to the time points of the asked setting as any measured echo is, see
:mod:`nmr_core.measured.prepare`. All echoes of a book are of one session: what the first one was
brought to units of M with (phase, scale, conjugation) holds for the later ones.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from nmr_core.design.sequential.asking import advised
from nmr_core.design.sequential.book import Entry, LabBook
from nmr_core.design.sequential.candidates import time_of
from nmr_core.design.sequential.misfit import basis_of, check_misfit, compared
from nmr_core.design.sequential.posterior import posterior_of
from nmr_core.design.settings import Acquisition
from nmr_core.errors import InputError
from nmr_core.measured import Measurement, Prepared, Steps, Target, prepare
from nmr_core.measured.acquired import acquired
from nmr_core.progress import Progress, silent

N_CURVES = 96
"""Echoes of the pool that a measurement is compared with in its preparation."""
SAME = {"tau": 0.02, "angle_1": 2.0, "angle_2": 2.0}
"""Field of a protocol -> difference at which it is another one (tau: as a fraction)."""


def tell(
    book: LabBook,
    echo: "Measurement | np.ndarray",
    *,
    acquisition: Acquisition | None = None,
    steps: Steps | None = None,
    name: str = "",
    accept_misfit: bool = False,
    advise: bool = True,
    progress: Progress = silent,
) -> LabBook:
    """Return the book with one more measured echo, its estimate, and the next request.

    Parameters
    ----------
    book : LabBook
        With its pool.
    echo : Measurement, or complex array (n_times,)
        As read from a file, or in units of M on the time grid of the setting; the average of the
        shots.
    acquisition : Acquisition, optional
        What was measured; default: what the book asked for.
    steps : Steps, optional
        Fixed steps of the preparation of a file.
    name : str
        Of the measurement.
    accept_misfit : bool
        Whether an echo that is quite unlike the simulated ones is entered all the same.
    advise : bool
        Whether to find the next request.
    progress : callable
        Called with (done, total, message).

    Raises
    ------
    InputError
        If nothing was asked for, for a setting that is not in the pool, a signal of another length,
        a file of another protocol or without an echo, or a gross misfit.
    """
    told = entered(
        book,
        echo,
        acquisition=acquisition,
        steps=steps,
        name=name,
        accept_misfit=accept_misfit,
    )
    return advised(told, progress=progress) if advise else told


def entered(
    book: LabBook,
    echo: "Measurement | np.ndarray",
    *,
    acquisition: Acquisition | None = None,
    steps: Steps | None = None,
    name: str = "",
    accept_misfit: bool = False,
    look: bool = True,
) -> LabBook:
    """Return the book with one more measured echo, without the next request.

    Parameters
    ----------
    book, echo, acquisition, steps, name, accept_misfit
        As of :func:`tell`.
    look : bool
        Whether to estimate anew; otherwise the entry keeps the estimate before it, which saves time
        where more echoes follow at once.

    Raises
    ------
    InputError
        As of :func:`tell`.
    """
    acquisition = acquisition or _asked(book)
    if acquisition.setting not in book.problem.all_settings:
        raise InputError(
            f"The setting {acquisition.setting.label} is not a candidate of this lab book. Choose "
            "one of its settings, or begin another book."
        )
    receiver = book.receiver
    if isinstance(echo, Measurement):
        prepared = _prepared(book, echo, acquisition, steps)
        signal, name = np.asarray(prepared.signal), name or echo.name
        receiver = receiver or _receiver(prepared)
    else:
        signal = _checked_signal(book, echo, acquisition)

    scores = book.materials.project(acquisition.setting, signal)[0]
    misfit, note = compared(book, signal, scores, acquisition)
    if not accept_misfit:
        check_misfit(misfit, acquisition, basis_of(book, acquisition))
    seconds = time_of(book, acquisition)
    expected = _expected(book, acquisition)
    entry = Entry(
        acquisition,
        scores,
        seconds,
        book.estimate,
        expected,
        name,
        misfit,
        note,
        sets_receiver=receiver is not book.receiver,
    )
    told = book.changed(entries=(*book.entries, entry), receiver=receiver)
    if look:  # the estimate uses all entries, the new one among them
        estimate = posterior_of(told).summary(book.problem, book.weights, book.level)
        entry = replace(entry, estimate=estimate)
        told = replace(told, entries=(*book.entries, entry))
    return told


def _asked(book: LabBook) -> Acquisition:
    request = book.request
    if request is None or request.acquisition is None:
        reason = "" if request is None else f" {request.sentence}"
        raise InputError(
            f"The lab book does not ask for an echo.{reason} Say what was measured with "
            "acquisition=."
        )
    return request.acquisition


def _expected(book: LabBook, acquisition: Acquisition) -> float:
    """Weighted error that was expected after an acquisition; NaN if it was not asked for."""
    request = book.request
    if request is None or request.acquisition != acquisition:
        return float("nan")
    return request.expected


def _checked_signal(book: LabBook, echo: Any, acquisition: Acquisition) -> np.ndarray:
    try:
        signal = np.asarray(echo, dtype=complex)
    except (TypeError, ValueError):
        raise InputError(
            f"An echo must be complex numbers or a Measurement, got {str(echo)[:40]!r}. Read a "
            "file with read_measurements."
        ) from None
    n_times = len(book.problem.protocol(acquisition.setting).time)
    if signal.shape != (n_times,):
        raise InputError(
            f"An echo at {acquisition.setting.label} must have {n_times} points, got shape "
            f"{signal.shape}. Give the signal on the time grid of the setting, or a Measurement, "
            "which is brought to it."
        )
    bad = ~np.isfinite(signal)
    if bad.any():
        raise InputError(
            f"The echo has {bad.sum()} points that are NaN or infinite. Replace them, or measure "
            "again."
        )
    return signal


def _prepared(
    book: LabBook, measurement: Measurement, acquisition: Acquisition, steps: Steps | None
) -> Prepared:
    """The measurement at the time points of the setting, in units of M."""
    _check_protocol(book, measurement, acquisition)
    target = _target(book, acquisition)
    steps = steps or Steps()
    free = {name: value for name, value in book.receiver.items() if getattr(steps, name) is None}
    return prepare(measurement, target, steps=replace(steps, **free))


def _target(book: LabBook, acquisition: Acquisition) -> Target:
    """Time points of a setting, and echoes of the pool there."""
    basis = basis_of(book, acquisition)
    protocol = book.problem.protocol(acquisition.setting)
    pool = book.materials
    scores = pool.scores[pool.index(acquisition.setting)][:N_CURVES]
    numbers = basis.mean + scores @ basis.components
    re, im = np.split(numbers, 2, axis=1)
    return Target.of_curves(
        protocol.time,
        re + 1j * im,
        echo_time=protocol.echo_times[0] if protocol.echo_times else None,
        pulse_times=protocol.pulse_times,
    )


def _receiver(prepared: Prepared) -> dict[str, Any]:
    """Steps that hold for the whole session."""
    return {
        "phase": prepared.phase,
        "amplitude": prepared.amplitude,
        "conjugate": bool(prepared.conjugated),
    }


def _check_protocol(book: LabBook, measurement: Measurement, acquisition: Acquisition) -> None:
    """Raise :class:`InputError` if the file names another protocol than the setting."""
    protocol = book.problem.protocol(acquisition.setting)
    stated = acquired(measurement)
    for name, allowed in SAME.items():
        if stated.origins.get(name) != "file":
            continue
        value, asked = getattr(stated, name), getattr(protocol, name)
        if abs(value - asked) > (allowed * asked if name == "tau" else allowed):
            raise InputError(
                f"{measurement.name} was measured with {name} = {value:g}, and the setting has "
                f"{asked:g}. Choose the setting that was measured, or another file."
            )
