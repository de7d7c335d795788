"""Whether a measurement has the protocol that a model was made for.

    check_protocol(run, measurements)      before every estimate of a made model

A changed tau, dwell, window, line, angle or noise is named with both numbers; an unknown tau is
asked for.
"""

from collections.abc import Sequence

from nmr_core.errors import FailedError, InputError
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.acquired import ECHO, FURTHEST, Acquired, acquired, contradiction
from nmr_core.measured.found import FoundEcho, find_echo
from nmr_core.measured.made_for import MadeFor, read_made_for

SAME_DWELL = 0.01
"""Relative difference of two dwell times that are the same."""
SAME_ANGLE = 3.0
"""Degrees; as accurate as the pulse angles that the model was trained for."""
SLACK = 1.05
"""Factor by which SNR and width of the echo may leave their range."""


class OtherProtocolError(InputError):
    """A measurement of another protocol than the model was made for, or of an unknown one."""


def check_protocol(
    run: Run, measurements: Sequence[Measurement], *, near: float | None = None
) -> None:
    """Compare the protocol of one sample with what its model was made for.

    Parameters
    ----------
    run : Run
        Any run; one that was not made for a measurement fits every protocol.
    measurements : sequence of Measurement
        One per setting. Numbers that the file lacks are added by
        :func:`nmr_core.measured.acquired.stated`.
    near : float, optional
        Time of the echo in the file, µs.

    Raises
    ------
    OtherProtocolError
        With both numbers of each difference; with what to give where tau is not known.
    InputError
        If a measurement has no echo.
    """
    try:
        made_for = read_made_for(run)
    except (InputError, FailedError) as error:
        raise OtherProtocolError(
            f"The model {run.id} cannot be compared with the measurement. {error}"
        ) from None
    if made_for is None:
        return
    echoes = [find_echo(one, near=near) for one in measurements]
    pairs = zip(measurements, echoes, strict=True)
    protocols = [acquired(one, echo) for one, echo in pairs]
    sentences = [contradiction(*each) for each in zip(protocols, measurements, echoes, strict=True)]
    sentences += differences(made_for, protocols)
    reasons = " ".join(dict.fromkeys(filter(None, sentences)))
    if reasons:
        raise OtherProtocolError(
            f"{measurements[0].name} does not have the protocol that {run.id} was made for. "
            f"{reasons}"
        )


def differences(
    made_for: MadeFor,
    acquired: Acquired | Sequence[Acquired],
    echo: FoundEcho | Sequence[FoundEcho] | None = None,
) -> list[str]:
    """Return what differs between a measurement and what a model was made for.

    Parameters
    ----------
    made_for : MadeFor
        Of :func:`made_for_of`.
    acquired : Acquired or sequence of Acquired
        One per setting.
    echo : FoundEcho or sequence of FoundEcho, optional
        For width and signal-to-noise ratio.

    Returns
    -------
    list of str
        One sentence per difference, with both numbers; [] for the same protocol.
    """
    several = [acquired] if isinstance(acquired, Acquired) else list(acquired)
    echoes = [echo] if isinstance(echo, FoundEcho) else list(echo or ())
    first = several[0]
    sentences = []
    if first.sequence != made_for.sequence:
        sentences.append(
            f"The sequence is {first.sequence}; the model was made for {made_for.sequence}."
        )
    if len(several) != len(made_for.angles):
        sentences.append(
            f"{len(several)} echoes of a sample were given; the model was made for "
            f"{len(made_for.angles)}."
        )
    for one, (angle_1, angle_2) in zip(several, made_for.angles, strict=False):
        if max(abs(one.angle_1 - angle_1), abs(one.angle_2 - angle_2)) > SAME_ANGLE:
            sentences.append(
                f"The pulse angles are {one.angle_1:g}° and {one.angle_2:g}°; the model was made "
                f"for {angle_1:g}° and {angle_2:g}°."
            )
            break
    sentences += [text for one in several for text in _timing(made_for, one)]
    for echo in echoes:
        sentences += _of_echo(made_for, echo)
    return list(dict.fromkeys(sentences))


def _timing(made_for: MadeFor, one: Acquired) -> list[str]:
    """What differs in tau, dwell and window."""
    if one.tau is None:
        return [
            f"tau is not known; the model was made for {made_for.tau:.4g} µs. Give tau, the time "
            "between the two pulses, or start, the time of the first point after the last pulse."
        ]
    sentences = []
    # Strong coupling moves the top of the echo, and with it what follows from its place
    moved = FURTHEST * made_for.width
    allowed = 0.005 * made_for.tau + made_for.dwell
    if one.origins.get("tau") == ECHO:
        allowed += moved
    if abs(one.tau - made_for.tau) > allowed:
        sentences.append(f"tau is {one.tau:.4g} µs; the model was made for {made_for.tau:.4g} µs.")
    if one.dwell and abs(one.dwell / made_for.dwell - 1) > SAME_DWELL:
        sentences.append(
            f"The dwell is {one.dwell:.4g} µs; the model was made for {made_for.dwell:.4g} µs."
        )
    if one.start is None or one.stop is None or sentences:
        return sentences
    # The window about the echo: tau may differ by what is allowed
    shift = one.tau - made_for.tau
    slack = max(made_for.dwell * made_for.averaged, made_for.dwell) * 1.5
    if ECHO in (one.origins.get("start"), one.origins.get("tau")):
        slack += moved
    first, last = made_for.start + shift, made_for.stop + shift
    if one.start > first + slack or one.stop < last - slack:
        sentences.append(
            f"The record covers {one.start:.4g} to {one.stop:.4g} µs after the last pulse; the "
            f"model looks at {first:.4g} to {last:.4g} µs."
        )
    return sentences


def _of_echo(made_for: MadeFor, echo: FoundEcho) -> list[str]:
    """What differs in the width of the echo and in the noise."""
    sentences = []
    if echo.snr * SLACK < made_for.snr_low:
        sentences.append(
            f"The signal-to-noise ratio is {echo.snr:.3g}; the model was made for "
            f"{made_for.snr_low:.3g} to {made_for.snr_high:.3g}."
        )
    low, high = made_for.width_low / SLACK, made_for.width_high * SLACK
    if not low <= echo.width <= high:
        sentences.append(
            f"The echo is {echo.width:.3g} µs wide, as that of a line of "
            f"{1e3 * echo.line_width:.3g} kHz; the model was made for echoes of "
            f"{made_for.width_low:.3g} to {made_for.width_high:.3g} µs."
        )
    return sentences
