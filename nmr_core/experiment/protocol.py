"""What one measures: a pulse sequence, the time grid, the receiver, and how time is stepped."""

import math
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment._checked import Checked
from nmr_core.experiment.physical import choice
from nmr_core.integrators import INTEGRATORS
from nmr_core.pulses import Pulse, Steps
from nmr_core.sequences import SEQUENCES
from nmr_core.sequences.listed import parse, written

RECORDS = {
    "after": "After every step (2020).",
    "all": "Before every step and at the end of each delay (2023).",
}
SENSES = (-1, 1)
MAX_STEPS = 100_000


@dataclass(frozen=True)
class Protocol(Checked):
    """A pulse sequence on a grid of dt; every delay is cut to whole steps.

    sequence : a name in ``SEQUENCES``, or any list: "90x 50us 180y 100us", or (Pulse(90), Delay(50), ...); a list
               that ends with a pulse is followed by ``acquire``
    sense    : sign of i in the pulse operators, -1 (2020) or +1 (2021 and later)
    record   : "after" = after every step (2020); "all" = before every step and at the end of each delay (2023)
    acquire  : µs after the last pulse, 0 = 2 tau
    carrier  : MHz; > 0 keeps the counter-rotating half of the transverse coupling
    noise    : standard deviation in Re M and Im M
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
    carrier: float = 0.0
    noise: float = 0.0

    def _check(self) -> None:
        choice("sense", self.sense, SENSES)
        choice("record", self.record, tuple(RECORDS))
        choice("integrator", self.integrator, tuple(INTEGRATORS))
        if isinstance(self.sequence, list | tuple):
            object.__setattr__(self, "sequence", written(self.sequence, self.sense))
        if not isinstance(self.sequence, str):
            raise InputError(
                f"sequence must be one of {', '.join(SEQUENCES)}, or a list of pulses and delays; "
                f"got {str(self.sequence)[:60]!r}."
            )
        if self.sequence in SEQUENCES and self.n_tau < 1:
            raise InputError(
                f"tau must be at least one step dt, got tau = {self.tau:g} µs and dt = {self.dt:g} µs. "
                "Make dt smaller."
            )
        steps = [event.n_steps for event in self.events if isinstance(event, Steps)]
        if sum(steps) > MAX_STEPS:
            raise InputError(
                f"The echo would need {sum(steps):,} steps, at most {MAX_STEPS:,} are allowed. "
                "Make dt larger or tau shorter."
            )
        self._check_echo()

    def _check_echo(self) -> None:
        """What is recorded after two pulses, or after a train, must reach the last echo."""
        pulses, end = self._marks
        if len(pulses) == 2 or (self.sequence == "cpmg" and len(pulses) > 2):
            wanted = (pulses[-1] - pulses[-2]) // (1 if len(pulses) == 2 else 2)
            recorded = end - pulses[-1]
            if recorded < wanted:
                raise InputError(
                    f"The record ends {recorded * self.dt:.4g} µs after the last pulse and misses the echo, "
                    f"which comes after {wanted * self.dt:.4g} µs. Record at least that long; twice that "
                    "shows the whole echo."
                )

    def _whole(self, duration: float) -> int:
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

    def _cut(self, listed) -> tuple[Pulse | Steps, ...]:
        events = []
        for event in listed:
            n_steps = 0 if isinstance(event, Pulse) else self._whole(event.duration)
            if not isinstance(event, Pulse) and n_steps < 1:
                raise InputError(
                    f"A delay must be at least one step dt, got {event.duration:g} µs and dt = {self.dt:g} µs. "
                    "Make dt smaller."
                )
            events.append(event if isinstance(event, Pulse) else Steps(n_steps))
        if isinstance(events[-1], Pulse):
            events.append(Steps(self.n_acquire))
        elif self.acquire:
            raise InputError(
                f"The sequence ends with a delay of its own, so acquire = {self.acquire:g} µs has no meaning. "
                "Leave one of the two out."
            )
        return tuple(events)

    @cached_property
    def grid(self) -> tuple:
        """What curves must share to be simulated together: all but the pulses' angles and the noise."""
        timing = tuple(event.n_steps if isinstance(event, Steps) else None for event in self.events)
        return timing, self.dt, self.record, self.integrator, self.carrier

    @cached_property
    def time(self) -> np.ndarray:
        """Sampling times, µs, (n_times,), read-only; with record "all" the instant of a pulse appears twice."""
        steps, start = [], 0
        for event in self.events:
            if isinstance(event, Steps):
                steps.append(
                    start + np.arange(1 if self.record == "after" else 0, event.n_steps + 1)
                )
                start += event.n_steps
        time = np.concatenate(steps) * self.dt
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
        """When offsets alone refocus, µs: e_0 at the first pulse, e_k = 2 t_k - e_(k-1), if it comes before the next
        pulse (a 180° pulse at t_k mirrors the phases; other angles refocus in part, at the same time)."""
        pulses, end = self._marks
        echoes, mirror = [], pulses[0] if pulses else 0
        for k, at in enumerate(pulses[1:], 1):
            mirror = 2 * at - mirror
            if at < mirror <= (pulses[k + 1] if k + 1 < len(pulses) else end):
                echoes.append(mirror * self.dt)
        return tuple(echoes)

    @property
    def echo_time(self) -> float:
        """Time of the first echo, µs; the first pulse's if there is none."""
        return (*self.echo_times, *self.pulse_times[:1], 0.0)[0]

    @property
    def _around_echo(self) -> tuple[float, float, float]:
        """The pulse before the first echo, the echo, and the next pulse or the end of the record, µs."""
        echo = self.echo_times[0]
        return (
            max(t for t in self.pulse_times if t < echo),
            echo,
            min([t for t in self.pulse_times if t >= echo], default=self._marks[1] * self.dt),
        )

    @cached_property
    def echo_window(self) -> tuple[float, float]:
        """(start, stop) in µs around the first echo: from half way after its pulse to half way to the next pulse (or
        to the end of the record); the whole record if there is no echo."""
        if not self.echo_times:
            return 0.0, self._marks[1] * self.dt
        before, echo, after = self._around_echo
        is_last = after not in self.pulse_times
        return (before + echo) / 2, after if is_last else (echo + after) / 2

    @cached_property
    def echo_span(self) -> tuple[float, float]:
        """(start, stop) in µs, symmetric about the first echo and as long as pulses and record allow: what a spectrum is
        taken from; the whole record if there is no echo."""
        if not self.echo_times:
            return 0.0, self._marks[1] * self.dt
        before, echo, after = self._around_echo
        half = min(echo - before, after - echo)
        return echo - half + self.dt / 2, echo + half + self.dt / 2

    def __getstate__(self) -> dict:
        """Only the fields: what is computed from them is computed again."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
