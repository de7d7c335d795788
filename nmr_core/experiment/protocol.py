"""The protocol: pulse sequence, time grid, receiver and integrator."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment._checked import Checked
from nmr_core.experiment.physical import choice
from nmr_core.integrators import INTEGRATORS
from nmr_core.pulses import Delay, Pulse, Steps
from nmr_core.sequences import SEQUENCES
from nmr_core.sequences.listed import parse, sequence_text

RECORDS = {
    "after": "After every step (2020).",
    "before": "Before every step, from M(0) on (2021).",
    "all": "Before every step and at the end of each delay (2023).",
}
SENSES = (-1, 1)
CARRIER_PHASES = {
    "average": "The counter-rotating terms are averaged over each step: better physics.",
    "step_end": "They have the phase of the end of the step, over the whole step (2020).",
}
"""How counter-rotating terms enter a step: name -> text for menus."""
MAX_STEPS = 100_000


@dataclass(frozen=True)
class Protocol(Checked):
    """A pulse sequence on a uniform time grid; every delay is cut to whole steps of dt.

    Parameters
    ----------
    tau : float
        Time between the first two pulses, µs.
    dt : float
        Time step and sampling interval, µs.
    angle_1, phase_1, angle_2, phase_2 : float
        Pulses of the named sequences, degrees; phase 0 is about x, 90 about y.
    sense : int
        Sign of i in the pulse operators: -1 (2020) or +1 (2021 and later).
    record : str
        "after": recorded after every step (2020); "before": before every step, from M(0) on
        (2021); "all": before every step and at the end of each delay (2023).
    integrator : str
        A name in ``INTEGRATORS``.
    sequence : str, or list of Pulse and Delay
        A name in ``SEQUENCES``, or any list of pulses and delays, also as text such as
        "90x 50us 180y 100us". After a list that ends with a pulse ``acquire`` is recorded.
    n_echoes : int
        Echoes of a CPMG train.
    acquire : float
        Time simulated after the last pulse, µs; 0 = 2 tau.
    record_from : float
        If > 0, only points at least so long after the last pulse are recorded, µs: an echo without
        the free induction decay.
    record_every : int
        Every so many of the points that ``record`` and ``record_from`` choose, from the first on:
        a record that is coarser than the time steps.
    carrier : float
        MHz; > 0 keeps the counter-rotating half of the transverse coupling.
    carrier_axis : float
        Axis of that coupling in the laboratory, degrees; 0 is x, 90 is y.
    carrier_phase : str
        A name in ``CARRIER_PHASES``.
    noise : float
        Standard deviation of receiver noise in Re M and in Im M.
    orientation : float
        Angle between the static field and the crystal's z axis, degrees, in its x-z plane. See
        :attr:`nmr_core.experiment.Experiment.couplings`.

    Raises
    ------
    InputError
        If a value is out of range, a delay shorter than dt, the sequence too long, or the record
        misses the echo.
    """

    tau: float = 50.0
    dt: float = 1 / math.pi
    angle_1: float = 90.0
    phase_1: float = 0.0
    angle_2: float = 180.0
    phase_2: float = 0.0
    sense: int = 1
    record: str = "after"
    integrator: str = "exponential_euler"
    sequence: str = "hahn_echo"
    n_echoes: int = 4
    acquire: float = 0.0
    record_from: float = 0.0
    record_every: int = 1
    carrier: float = 0.0
    carrier_axis: float = 0.0
    carrier_phase: str = "average"
    noise: float = 0.0
    orientation: float = 0.0

    def _check(self) -> None:
        choice("sense", self.sense, SENSES)
        choice("record", self.record, tuple(RECORDS))
        choice("integrator", self.integrator, tuple(INTEGRATORS))
        choice("carrier_phase", self.carrier_phase, tuple(CARRIER_PHASES))
        if isinstance(self.sequence, list | tuple):
            object.__setattr__(self, "sequence", sequence_text(self.sequence, self.sense))
        if not isinstance(self.sequence, str):
            raise InputError(
                f"sequence must be one of {', '.join(SEQUENCES)}, or a list of pulses and delays; "
                f"got {str(self.sequence)[:60]!r}."
            )
        if self.sequence in SEQUENCES and self.n_tau < 1:
            raise InputError(
                f"tau must be at least one step dt, got tau = {self.tau:g} µs and dt = "
                f"{self.dt:g} µs. Make dt smaller."
            )
        steps = [event.n_steps for event in self.events if isinstance(event, Steps)]
        if sum(steps) > MAX_STEPS:
            raise InputError(
                f"The echo would need {sum(steps):,} steps, at most {MAX_STEPS:,} are allowed. "
                "Make dt larger or tau shorter."
            )
        self._check_record()
        self._check_echo()

    def _check_record(self) -> None:
        """Check that at least two points are recorded where not all are."""
        is_partial = self.record_from > 0 or self.record_every > 1
        if is_partial and sum(map(len, self.recordings)) < 2:
            raise InputError(
                f"The record needs at least 2 points, got record_from = {self.record_from:g} µs "
                f"and record_every = {self.record_every} steps of {self.dt:g} µs. Record longer, "
                "from an earlier time or more points."
            )

    def _check_echo(self) -> None:
        """Check that the record after two pulses, or after a train, holds the last echo."""
        pulses, _ = self._marks
        if len(pulses) != 2 and not (self.sequence == "cpmg" and len(pulses) > 2):
            return
        # The last delay of a train lasts from one echo, half way, to the next pulse
        delay = pulses[-1] - pulses[-2]
        required = delay if len(pulses) == 2 else delay // 2
        # Between two points of a coarse record the echo is not missed
        between = self.record_every - 1
        if self.record_from > 0 and self._first_recorded - pulses[-1] > required + between:
            raise InputError(
                f"The record begins {(self._first_recorded - pulses[-1]) * self.dt:.4g} µs after "
                f"the last pulse and misses the echo, which comes after {required * self.dt:.4g} "
                "µs. Give a smaller record_from."
            )
        recorded = self._last_recorded - pulses[-1]
        if recorded < required - between:
            raise InputError(
                f"The record ends {recorded * self.dt:.4g} µs after the last pulse and misses the "
                f"echo, which comes after {required * self.dt:.4g} µs. Record at least that long; "
                "twice that shows the whole echo."
            )

    def _whole(self, duration: float) -> int:
        """Whole steps in a duration in µs."""
        return math.floor(duration / self.dt + 1e-9)

    @property
    def n_tau(self) -> int:
        """Whole steps in tau."""
        return self._whole(self.tau)

    @property
    def n_acquire(self) -> int:
        """Steps after the last pulse."""
        steps = self._whole(self.acquire) if self.acquire else 2 * self.n_tau
        if steps < 1:
            raise InputError(
                f"acquire must be at least one step dt, got acquire = {self.acquire:g} µs and dt = "
                f"{self.dt:g} µs. Make dt smaller."
            )
        return steps

    @cached_property
    def events(self) -> tuple[Pulse | Steps, ...]:
        """Pulses and steps, in order."""
        if self.sequence in SEQUENCES:
            return SEQUENCES[self.sequence].function(self)
        return self._cut(parse(self.sequence, self.sense))

    def _cut(self, listed: Iterable[Pulse | Delay]) -> tuple[Pulse | Steps, ...]:
        """Pulses and delays with the delays cut to whole steps, and the acquisition."""
        events = []
        for event in listed:
            n_steps = 0 if isinstance(event, Pulse) else self._whole(event.duration)
            if not isinstance(event, Pulse) and n_steps < 1:
                raise InputError(
                    f"A delay must be at least one step dt, got {event.duration:g} µs and dt = "
                    f"{self.dt:g} µs. Make dt smaller."
                )
            events.append(event if isinstance(event, Pulse) else Steps(n_steps))
        if isinstance(events[-1], Pulse):
            events.append(Steps(self.n_acquire))
        elif self.acquire:
            raise InputError(
                f"The sequence ends with a delay of its own, so acquire = {self.acquire:g} µs has "
                "no meaning. Leave one of the two out."
            )
        return tuple(events)

    @cached_property
    def grid(self) -> tuple:
        """The properties that curves simulated together share: all but pulse angles and noise."""
        timing = tuple(event.n_steps if isinstance(event, Steps) else None for event in self.events)
        carrier = (self.carrier, self.carrier_axis, self.carrier_phase)
        part = (self.record_from, self.record_every)
        return timing, self.dt, self.record, self.integrator, carrier, part

    def recorded(self, n_steps: int) -> range:
        """Points of a delay of n_steps steps by ``record``: 0 is its start, n_steps its end."""
        first = 1 if self.record == "after" else 0
        last = n_steps - 1 if self.record == "before" else n_steps
        return range(first, last + 1)

    @cached_property
    def recordings(self) -> tuple[range, ...]:
        """Recorded points of every delay, in order: 0 is its start.

        Those of :meth:`recorded`, of which ``record_from`` and ``record_every`` leave some.
        """
        recordings = []
        passed = 0  # points before this delay that could be recorded
        since: int | None = None  # steps since the last pulse, at the start of this delay
        n_pulses = len(self.pulses)
        for event in self.events:
            if isinstance(event, Pulse):
                n_pulses -= 1
                since = None if n_pulses else 0
                continue
            points = self.recorded(event.n_steps)
            if self.record_from > 0:
                points = self._late(points, since)
            # Every k-th point of the whole record: go on counting from delay to delay
            recordings.append(points[-passed % self.record_every :: self.record_every])
            passed += len(points)
            since = None if since is None else since + event.n_steps
        return tuple(recordings)

    def _late(self, points: range, since: int | None) -> range:
        """Points of a delay that come ``record_from`` or more after the last pulse.

        ``since`` is the number of steps from that pulse to the start of the delay; None before it.
        """
        if since is None:
            return points[:0]
        first = math.ceil(self.record_from / self.dt - 1e-9) - since
        return points[max(first - points.start, 0) :]

    @cached_property
    def _recorded_steps(self) -> np.ndarray:
        """Steps since the start of the sequence of every recorded point, int (n_times,)."""
        steps, start = [], 0
        delays = (event for event in self.events if isinstance(event, Steps))
        for event, points in zip(delays, self.recordings, strict=True):
            steps.append(start + np.array(points, dtype=int))
            start += event.n_steps
        return np.concatenate(steps)

    @property
    def _first_recorded(self) -> int:
        return int(self._recorded_steps[0])

    @property
    def _last_recorded(self) -> int:
        return int(self._recorded_steps[-1])

    @cached_property
    def time(self) -> np.ndarray:
        """Sampling times, µs, float64 (n_times,), read-only.

        With record "all" the instant of a pulse appears twice.
        """
        time = self._recorded_steps * self.dt
        time.setflags(write=False)
        return time

    @property
    def pulses(self) -> tuple[Pulse, ...]:
        """The pulses, in order."""
        return tuple(event for event in self.events if isinstance(event, Pulse))

    @cached_property
    def _marks(self) -> tuple[tuple[int, ...], int]:
        """Steps at which the pulses come, and the last step."""
        marks, at = [], 0
        for event in self.events:
            if isinstance(event, Pulse):
                marks.append(at)
            else:
                at += event.n_steps
        return tuple(marks), at

    @property
    def pulse_times(self) -> tuple[float, ...]:
        """Times of the pulses, µs."""
        return tuple(step * self.dt for step in self._marks[0])

    @cached_property
    def echo_times(self) -> tuple[float, ...]:
        """Times at which offsets refocus without interaction, µs.

        Notes
        -----
        A 180° pulse at t_k mirrors the phases, so e_k = 2 t_k - e_(k-1) with e_0 at the first
        pulse; other angles refocus in part, at the same time. Only echoes before the next pulse
        count, and with ``record_from`` only those that are recorded.
        """
        pulses, end = self._marks
        echoes, mirror = [], pulses[0] if pulses else 0
        for k, at in enumerate(pulses[1:], 1):
            mirror = 2 * at - mirror
            if at < mirror <= (pulses[k + 1] if k + 1 < len(pulses) else end):
                echoes.append(mirror)
        if self.record_from > 0:
            first = self._first_recorded - (self.record_every - 1)
            echoes = [echo for echo in echoes if echo >= first]
        return tuple(echo * self.dt for echo in echoes)

    @property
    def echo_time(self) -> float:
        """Time of the first echo, µs; that of the first pulse if there is none."""
        return (*self.echo_times, *self.pulse_times[:1], 0.0)[0]

    @property
    def _around_echo(self) -> tuple[float, float, float]:
        """Times of the pulse before the first echo, the echo, and the next pulse or the end."""
        echo = self.echo_times[0]
        return (
            max(t for t in self.pulse_times if t < echo),
            echo,
            min([t for t in self.pulse_times if t >= echo], default=self._marks[1] * self.dt),
        )

    @cached_property
    def echo_window(self) -> tuple[float, float]:
        """Window of the first echo, (start, stop) in µs; the whole record if there is no echo.

        It begins half way between the pulse and the echo, or with the record, and ends half way to
        the next pulse, or with the record.
        """
        if not self.echo_times:
            return self._start, self._marks[1] * self.dt
        before, echo, after = self._around_echo
        is_last = after not in self.pulse_times
        return max((before + echo) / 2, self._start), after if is_last else (echo + after) / 2

    @property
    def _start(self) -> float:
        """Start of the record, µs: 0 unless ``record_from`` says otherwise."""
        return self._first_recorded * self.dt if self.record_from > 0 else 0.0

    @cached_property
    def echo_span(self) -> tuple[float, float]:
        """Longest window symmetric about the first echo, (start, stop) in µs, for its spectrum.

        It holds no pulse; the whole record if there is no echo.
        """
        if not self.echo_times:
            return self._start, self._marks[1] * self.dt
        before, echo, after = self._around_echo
        if self.record_from > 0:
            before = max(before, self._start - self.dt)
        half = min(echo - before, after - echo)
        return echo - half + self.dt / 2, echo + half + self.dt / 2

    def __getstate__(self) -> dict:
        """Only the fields are pickled; cached properties are computed again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
