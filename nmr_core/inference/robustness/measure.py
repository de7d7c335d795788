"""Robustness of a run: every effect at every strength, on the same signals, for one run or two."""

import time as clock
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

import numpy as np

from nmr_core.effects import Ladder
from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.inference.applicability import Applicability
from nmr_core.inference.error_model import find_error_model
from nmr_core.inference.intervals import Calibration
from nmr_core.inference.robustness.bench import Bench, ladders_of
from nmr_core.inference.robustness.result import Robustness, save_robustness
from nmr_core.inference.robustness.retraining import train_with_effects
from nmr_core.inference.robustness.scoring import scored
from nmr_core.learning.origin import effects_of
from nmr_core.learning.run import Run
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.workspace import checked_id
from nmr_core.studies.record import plain

N_CURVES = Parameter(
    "n",
    "Signals per strength",
    "",
    20,
    20_000,
    400,
    integer=True,
    description="The same samples at every strength of every effect.",
)
LEVEL = Parameter("level", "Level of the intervals", "", 0.5, 0.99, 0.9)
SIMULATION_COST = 10
"""Cost of simulating the signals, in units of changing and predicting them; for the progress."""


class RobustnessOptions(TypedDict, total=False):
    """Keyword arguments of :func:`robustness`: number and seed of the signals, level."""

    n: int
    seed: int
    level: float


def _checked_options(
    n: int = N_CURVES.default, seed: int = 0, level: float = LEVEL.default
) -> tuple[int, int, float]:
    return N_CURVES.check(n), seed, LEVEL.check(level)


@dataclass(frozen=True)
class _Judged:
    """A run with what gives its intervals and its domain."""

    run: Run
    calibration: Calibration | None
    applicability: Applicability | None = None


def robustness(
    run: Run,
    *,
    effects: Iterable[str] | Mapping[str, Iterable[float]] | None = None,
    other: Run | str | None = None,
    calibration: Calibration | None = None,
    other_calibration: Calibration | None = None,
    applicability: Applicability | None = None,
    n_jobs: int = 1,
    progress: Progress = silent,
    **options: Unpack[RobustnessOptions],
) -> Robustness:
    """Compute error, coverage and width of a run against the strength of measurement effects.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    effects : names, or mapping from name to strengths, optional
        Default: the effects that are tried by default, each at its own strengths.
    other : Run or str, optional
        Another run on the same signals, usually one from :func:`train_with_effects`.
    calibration, other_calibration : Calibration, optional
        Intervals of the two runs.
    applicability : Applicability, optional
        Of ``run``.
    n : int
        Fresh signals, the same at every strength; 400 by default. For imported data at most as
        many as are held out.
    seed : int
        Of the signals and effects; 0 by default.
    level : float
        Of the intervals; 0.9 by default.
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
    start = clock.perf_counter()
    n, seed, level = _checked_options(**options)
    other = load_run(other) if isinstance(other, str) else other
    targets = _common_targets(run, other)
    ladders = ladders_of(effects)

    # The signals without effects, and which effects can act on them
    steps = _Steps(ladders, progress)
    simulating = steps.next(SIMULATION_COST, "simulating signals")
    bench = Bench(run, n, seed=seed, n_jobs=n_jobs, progress=simulating)
    left_out = {ladder.effect: bench.refuses(ladder) for ladder in ladders}
    left_out = {effect: reason for effect, reason in left_out.items() if reason}
    if left_out and (effects is not None or len(left_out) == len(ladders)):
        raise InputError(f"{next(iter(left_out.values()))} Leave it out.")
    ladders = tuple(ladder for ladder in ladders if ladder.effect not in left_out)

    judged = [_Judged(run, calibration, applicability)]
    if other is not None:
        judged.append(_Judged(other, other_calibration))

    def rows_of(signals: np.ndarray, effect: str, strength: float | None) -> list[dict[str, Any]]:
        return [
            {"run": one.run.id, "effect": effect, "strength": strength} | row
            for one in judged
            for row in scored(
                one.run,
                targets,
                bench.parameters,
                signals,
                one.calibration,
                level,
                one.applicability,
            )
        ]

    # Scores without and with each effect
    rows = rows_of(bench.own_curves(), "", None)
    for ladder in ladders:
        for value in ladder.values:
            step = steps.next(_cost(ladder, value), f"{ladder.label}: {ladder.written(value)}")
            rows += rows_of(bench.curves(ladder, value, step), ladder.effect, value)
    manifest = run.manifest
    return Robustness(
        run=run.id,
        run_created=manifest.created,
        title=manifest.title,
        task=run.task,
        targets={name: plain(manifest.targets[name]) for name in targets},
        unidentifiable={
            name: reason for name, reason in manifest.unidentifiable.items() if name in targets
        },
        n_train=manifest.n_train,
        own=plain(effects_of(run)),
        effects={ladder.effect: list(ladder.values) for ladder in ladders},
        left_out=left_out,
        n=bench.n,
        seed=seed,
        fresh=bench.fresh,
        level=level,
        rows=_rounded(rows),
        seconds=clock.perf_counter() - start,
        method=str(getattr(calibration, "method", "")),
        calibrated=str(getattr(calibration, "created", "")),
        **_described(other),
    )


def _described(other: Run | None) -> dict[str, Any]:
    """Fields of the result on the other run."""
    if other is None:
        return {}
    return {
        "other": other.id,
        "other_created": other.manifest.created,
        "other_title": other.manifest.title,
        "other_own": plain(effects_of(other)),
        "other_n_train": other.manifest.n_train,
    }


def _rounded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Scores as JSON with seven digits, more than they are exact to; strengths unrounded."""
    rows = plain(rows)
    for row in rows:
        for name, value in row.items():
            if isinstance(value, float) and name != "strength":
                row[name] = float(f"{value:.7g}")
    return rows


def _common_targets(run: Run, other: Run | None) -> list[str]:
    """Targets of both runs; InputError if the other run has other signals or targets."""
    if other is None:
        return list(run.targets)
    if other.id == run.id:
        raise InputError(
            f"The run {run.id} cannot be compared with itself. Choose another run, or train one "
            "with effects."
        )
    common = [name for name in run.targets if name in other.targets]
    m, other_m = run.manifest, other.manifest
    has_same_signals = (m.time, len(m.settings)) == (other_m.time, len(other_m.settings))
    if other.task != run.task or not common or not has_same_signals:
        raise InputError(
            f"{other.id} does not predict what {run.id} does, or from other signals. Choose a run "
            "of the same targets and time points."
        )
    return common


def _cost(ladder: Ladder, value: float) -> int:
    return SIMULATION_COST if ladder.at(value).simulated else 1


class _Steps:
    """Progress over all strengths, in units of one that is not simulated."""

    def __init__(self, ladders: Sequence[Ladder], progress: Progress):
        costs = [_cost(ladder, value) for ladder in ladders for value in ladder.values]
        self.done, self.total, self.progress = 0, SIMULATION_COST + sum(costs), progress

    def next(self, cost: int, message: str) -> Progress:
        """Begin the next step; return the progress within it."""
        first = self.done
        self.done += cost
        self.progress(first, self.total, message)

        def within(done: int, total: int, _: str = "") -> None:
            self.progress(first + int(cost * done / max(1, total)), self.total, message)

        return within


def intervals_of(run: Run) -> tuple[Calibration | None, Applicability | None]:
    """Return the stored calibration and applicability of a run; None where there is none."""
    error_model = find_error_model(run)
    return error_model.calibration, error_model.applicability


OLD_NAMES = {"with_twin": "other", "train_twin": "train_with_effects"}
"""Arguments that were renamed after version 0.5."""


def robustness_job(params: dict[str, Any], progress: Progress) -> dict[str, str]:
    """Run the job "robustness": train a run with effects if requested, compute, store.

    Parameters
    ----------
    params : dict
        Arguments of :func:`robustness` as JSON, with ids as "run" and "other". With
        "train_with_effects", {"effects": ..., "n_curves": ...}, a run with the id "other" is
        trained first. "owner" is who computes it.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    dict
        "run", the id.
    """
    options = {OLD_NAMES.get(name, name): value for name, value in params.items()}
    run = load_run(checked_id(options.pop("run")))
    owner = options.pop("owner", "")
    other_id = options.pop("other", None)
    training = options.pop("train_with_effects", None)
    options.setdefault("n_jobs", -1)
    first = 0
    if training:
        train_with_effects(
            run,
            training["effects"],
            n_curves=training.get("n_curves", 4000),
            id=checked_id(other_id),
            n_jobs=options["n_jobs"],
            progress=part_of(progress, 0, 60),
            owner=owner,
        )
        first = 60
    calibration, applicability = intervals_of(run)
    other, other_calibration = None, None
    if other_id:
        other = load_run(checked_id(other_id))
        other_calibration, _ = intervals_of(other)
    result = robustness(
        run,
        other=other,
        calibration=calibration,
        other_calibration=other_calibration,
        applicability=applicability,
        progress=part_of(progress, first, 100),
        **options,
    )
    save_robustness(replace(result, owner=owner))
    progress(100, 100, "saved")
    return {"run": run.id, "summary": f"{len(result.effects)} effects on {result.n:,} signals"}
