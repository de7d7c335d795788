"""Agendas of a workshop: what is done when, on which page, and what the speaker says.

The page Guided path, the command ``agenda``, the cheat sheet and docs/workshop.md follow them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from nmr_core.errors import InputError
from nmr_core.labs import steps
from nmr_core.labs.steps import Step


@dataclass(frozen=True)
class Agenda:
    """The steps of a workshop.

    Parameters
    ----------
    key : str
        Name in addresses and on the command line.
    title : str
        Display text.
    steps : tuple of Step
        In their order.
    """

    key: str
    title: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        """Length of the whole."""
        return sum(step.minutes for step in self.steps)

    @property
    def starts(self) -> tuple[int, ...]:
        """Minutes after the beginning at which each step starts."""
        return tuple(sum(step.minutes for step in self.steps[:k]) for k in range(len(self.steps)))

    def at(self, minute: float) -> Step | None:
        """The step of a minute after the beginning, None before and after the workshop."""
        if minute < 0:
            return None
        ends = zip(self.starts, self.steps, strict=True)
        return next((step for start, step in ends if minute < start + step.minutes), None)


@cache
def agendas() -> Mapping[str, Agenda]:
    """All agendas, by key."""
    return {agenda.key: agenda for agenda in (_short(), _long())}


def get(key: str) -> Agenda:
    """The agenda with a key.

    Raises
    ------
    InputError
        There is none.
    """
    if key not in agendas():
        raise InputError(f"The agenda must be one of {', '.join(agendas())}, got {key[:40]!r}.")
    return agendas()[key]


def _short() -> Agenda:
    parts = (
        steps.join(5),
        steps.echo(10),
        steps.lab("overfit", 10),
        steps.lab("stopping", 10),
        steps.data(8),
        steps.train(12),
        steps.lab("unknowable", 8),
        steps.challenge(22),
        steps.reveal(5),
    )
    return Agenda("90-minutes", "90 minutes", parts)


def _long() -> Agenda:
    parts = (
        steps.join(8),
        steps.echo(17),
        steps.lab("memorise", 10),
        steps.lab("overfit", 10),
        steps.lab("descriptors", 10),
        steps.lab("stopping", 10),
        steps.lab("learning_curve", 10),
        steps.lab("size", 10),
        steps.pause(20),
        steps.data(10),
        steps.train(15),
        steps.identify(10),
        steps.lab("unknowable", 8),
        steps.lab("ensembles", 10),
        steps.lab("attention", 10),
        steps.lab("optimisers", 8),
        steps.calibration(12),
        steps.challenge(45, "Stuck for ten minutes? The page Room shows who, and where."),
        steps.reveal(7),
    )
    return Agenda("half-day", "Half a day", parts)
