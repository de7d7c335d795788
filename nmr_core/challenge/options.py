"""Rules of a new challenge, checked before anything is simulated."""

import math
import time
from dataclasses import dataclass, fields, replace
from typing import TypedDict

from nmr_core.challenge.templates import TEMPLATES, Template, template_of
from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from nmr_core.storage.spaces.registry import checked_title
from nmr_core.storage.workspace import checked_id

WEEK = 7 * 86400.0
NUMBERS = {
    number.name: number
    for number in (
        Parameter("n_train", "training curves", "", 60, 50_000, 1000, integer=True),
        Parameter("n_public", "public test curves", "", 30, 10_000, 300, integer=True),
        Parameter("n_private", "private test curves", "", 30, 10_000, 700, integer=True),
        Parameter("tries", "tries per team", "", 1, 1000, 20, integer=True),
        Parameter("pause", "pause between submissions", "s", 0, 86400, 60),
        Parameter("team_size", "people per team", "", 1, 100, 4, integer=True),
        Parameter("hide", "board hidden before the end", "s", 0, 30 * 86400, 0),
    )
}


class Rules(TypedDict, total=False):
    """Options of :func:`nmr_core.challenge.create`; see :class:`Options`."""

    title: str
    n_train: int
    n_public: int
    n_private: int
    metric: str
    tries: int
    pause: float
    starts: float | None
    ends: float | None
    team_size: int
    hide: float
    room: str


@dataclass(frozen=True)
class Options:
    """Rules of a new challenge.

    Parameters
    ----------
    template_name : str
        A name of :data:`nmr_core.challenge.templates.TEMPLATES`.
    title : str
        Display text; default: that of the template.
    n_train, n_public, n_private : int
        Curves with truth; test curves of the public board, and of the private result.
    metric : str
        One of the metrics of the template; default: its first.
    tries : int
        Submissions per team.
    pause : float
        Seconds between two submissions of a team.
    starts, ends : float, optional
        s since 1970; default: now, and a week later.
    team_size : int
        People of a team, at most.
    hide : float
        Seconds before the end in which the board is not shown.
    room : str
        Id of the room whose people take part, "" for everyone.
    """

    template_name: str
    title: str = ""
    n_train: int = 1000
    n_public: int = 300
    n_private: int = 700
    metric: str = ""
    tries: int = 20
    pause: float = 60.0
    starts: float | None = None
    ends: float | None = None
    team_size: int = 4
    hide: float = 0.0
    room: str = ""

    @property
    def template(self) -> Template:
        """The template."""
        return TEMPLATES[self.template_name]

    @property
    def times(self) -> tuple[float, float]:
        """Start and end, s since 1970."""
        starts = time.time() if self.starts is None else float(self.starts)
        return starts, starts + WEEK if self.ends is None else float(self.ends)


def checked_options(template: str, rules: Rules) -> Options:
    """The rules of a new challenge.

    Raises
    ------
    InputError
        A value is out of range, or there is no such template or metric.
    """
    one = template_of(template)
    unknown = sorted(set(rules) - {field.name for field in fields(Options)})
    if unknown:
        raise InputError(f"A challenge has no option {unknown[0][:40]!r}. Leave it out.")
    options = Options(one.name, **rules)
    metric = options.metric or one.metrics[0]
    if metric not in one.metrics:
        raise InputError(
            f"metric must be one of {', '.join(one.metrics)}, got {str(metric)[:40]!r}. Choose one."
        )
    starts, ends = options.times
    if not max(time.time(), starts) < ends < math.inf:
        raise InputError("The end must be later than now and than the start. Choose another end.")
    numbers = {name: spec.check(getattr(options, name)) for name, spec in NUMBERS.items()}
    title = checked_title(options.title) if options.title else one.title
    if options.room:
        checked_id(options.room)
    return replace(options, title=title, metric=metric, **numbers)
