"""Run -> Robustness: every effect at every strength, on the same signals, for one run or two."""

import time as clock
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nmr_core.effects.strengths import Ladder
from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.inference.robustness.bench import Bench
from nmr_core.inference.robustness.ladders import ladders_of
from nmr_core.inference.robustness.result import Robustness
from nmr_core.inference.robustness.scoring import scored
from nmr_core.learning.origin import effects_of
from nmr_core.learning.run import Run
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, silent
from nmr_core.studies.record import plain

if TYPE_CHECKING:
    from nmr_core.inference.applicability import Applicability
    from nmr_core.inference.intervals import Calibration

N_CURVES = Parameter(
    "n",
    "Curves per strength",
    "",
    20,
    20_000,
    400,
    integer=True,
    description="The same curves are seen at every strength of every effect.",
)
LEVEL = Parameter("level", "Level of the intervals", "", 0.5, 0.99, 0.9)
SIMULATING = 10
"""What it costs to simulate the curves, in units of changing and predicting them; for the progress bar only."""


def robustness(
    run: Run,
    *,
    effects: Iterable[str] | Mapping[str, Iterable[float]] | None = None,
    n: int = 400,
    seed: int = 0,
    other: Run | str | None = None,
    calibration: "Calibration | None" = None,
    other_calibration: "Calibration | None" = None,
    level: float = 0.9,
    applicability: "Applicability | None" = None,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Robustness:
    """Compute error, coverage and width of a run against the strength of measurement effects.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    effects : names, or mapping from name to strengths, optional
        Default: the effects that are tried by default, each at its own strengths.
    n : int
        Fresh signals, the same at every strength; for imported data as many held-out ones as there are.
    seed : int
        Seed of the random numbers.
    other : Run or str, optional
        Another run on the same signals, usually one from :func:`train_with_effects`.
    calibration, other_calibration : Calibration, optional
        Intervals of the two runs.
    level : float
        Of the intervals.
    applicability : Applicability, optional
        Check that tells whether a signal is in the domain of the run.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Robustness

    Raises
    ------
    InputError
        An effect cannot be applied to these signals, or the runs have no target in common.

    Notes
    -----
    Effects of the training data stay; the tested effect replaces the one of its own kind.
    """
    n, level = N_CURVES.check(n), LEVEL.check(level)
    other = load_run(other) if isinstance(other, str) else other
    targets = _targets(run, other)
    asked, start = ladders_of(effects), clock.perf_counter()
    steps = _Steps(asked, progress)
    bench = Bench(
        run, n, seed=seed, n_jobs=n_jobs, progress=steps.inside(SIMULATING, "simulating curves")
    )
    left_out = {ladder.effect: reason for ladder in asked if (reason := bench.refuses(ladder))}
    if left_out and (effects is not None or len(left_out) == len(asked)):
        raise InputError(f"{next(iter(left_out.values()))} Leave it out.")
    tried = [ladder for ladder in asked if ladder.effect not in left_out]
    judges = [(run, calibration, applicability)] + (
        [(other, other_calibration, None)] if other else []
    )
    rows = _rows(judges, targets, bench, bench.own_curves(), "", None, level)
    for ladder in tried:
        for value in ladder.values:
            cost = SIMULATING if ladder.at(value).simulated else 1
            curves = bench.curves(
                ladder, value, steps.inside(cost, f"{ladder.label}: {ladder.written(value)}")
            )
            rows += _rows(judges, targets, bench, curves, ladder.effect, value, level)
    m = run.manifest
    return Robustness(
        run.id,
        m.created,
        m.title,
        run.task,
        {name: plain(m.targets[name]) for name in targets},
        {name: reason for name, reason in m.unidentifiable.items() if name in targets},
        m.n_train,
        plain(effects_of(run)),
        {ladder.effect: list(ladder.values) for ladder in tried},
        left_out,
        bench.n,
        seed,
        bench.fresh,
        level,
        _rounded(rows),
        clock.perf_counter() - start,
        str(getattr(calibration, "method", "")),
        str(getattr(calibration, "created", "")),
        *(
            (
                other.id,
                other.manifest.created,
                other.manifest.title,
                plain(effects_of(other)),
                other.manifest.n_train,
            )
            if other
            else ()
        ),
    )


def _rows(
    judges: Any,
    targets: list[str],
    bench: Bench,
    curves: Any,
    effect: str,
    strength: float | None,
    level: float,
) -> list[dict]:
    return [
        {"run": run.id, "effect": effect, "strength": strength} | row
        for run, calibration, applicability in judges
        for row in scored(run, targets, bench.parameters, curves, calibration, level, applicability)
    ]


def _rounded(rows: list[dict]) -> list[dict]:
    """Scores as JSON with seven digits: more of them say nothing, and fill the disk. Strengths stay as they are."""
    return [
        {
            name: float(f"{value:.7g}")
            if isinstance(value, float) and name != "strength"
            else value
            for name, value in row.items()
        }
        for row in plain(rows)
    ]


def _targets(run: Run, other: Run | None) -> list[str]:
    """What both predict; another run of other curves or targets is refused."""
    if other is None:
        return list(run.targets)
    if other.id == run.id:
        raise InputError(
            f"The run {run.id} cannot be compared with itself. Choose another run, or train one with effects."
        )
    both = [name for name in run.targets if name in other.targets]
    if (
        other.task != run.task
        or not both
        or (other.manifest.time, len(other.manifest.settings))
        != (run.manifest.time, len(run.manifest.settings))
    ):
        raise InputError(
            f"{other.id} does not predict what {run.id} does, or from other curves. Choose a run of the same targets "
            "and time points."
        )
    return both


class _Steps:
    """How far it is, in units of one strength."""

    def __init__(self, ladders: tuple[Ladder, ...], progress: Progress):
        costs = [
            SIMULATING if ladder.at(value).simulated else 1
            for ladder in ladders
            for value in ladder.values
        ]
        self.done, self.total, self.progress = 0, SIMULATING + sum(costs), progress

    def inside(self, cost: int, message: str) -> Progress:
        """The progress of one step; it is begun now."""
        first = self.done
        self.done += cost
        self.progress(first, self.total, message)

        def told(done: int, total: int, _: str = "") -> None:
            self.progress(first + int(cost * done / max(1, total)), self.total, message)

        return told
