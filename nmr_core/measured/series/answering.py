"""The answer of a run for a series: one row per echo, with estimates, checks and verdict."""

import hashlib
import time as clock
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nmr_core.datasets.manifest import versions
from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.acquired import FROM_FILE
from nmr_core.measured.answering import ReadyRun, ready
from nmr_core.measured.estimating import LEVEL, estimate, hide_out_of_domain
from nmr_core.measured.for_run import prepare_for_run
from nmr_core.measured.refusal import refusal
from nmr_core.measured.same_protocol import OtherProtocolError
from nmr_core.measured.series.resimulating import (
    DOUBTFUL,
    N_AGAIN,
    N_SEEDS,
    NEAR,
    resimulate_all,
)
from nmr_core.measured.series.result import (
    ESTIMATED,
    HIDDEN,
    NOT_PREPARED,
    OTHER_PROTOCOL,
    UNREADABLE,
    SeriesResult,
)
from nmr_core.measured.series.series import Item, Series
from nmr_core.measured.series.stating import stated_series
from nmr_core.measured.steps import Prepared, Steps
from nmr_core.measured.verdict import checked_seeds, verdict
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.workspace import new_id

SEED = 0
"""Of the simulations."""
KEY_LENGTH = 24
"""Characters of the checksum of an echo."""


@dataclass(frozen=True, eq=False)
class Sample:
    """The echoes of one row of the result, one per setting of the run."""

    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """File, and number of the echo where the file holds several."""
        return self.items[0].name if len(self.items) == 1 else self.items[0].path

    @property
    def measurements(self) -> list[Measurement]:
        """One per setting."""
        return [item.measurement for item in self.items if item.measurement is not None]

    @property
    def key(self) -> str:
        """Checksum of times, signals and protocol: the same echo has the same key."""
        digest = hashlib.sha256()
        for one in self.measurements:
            digest.update(one.time.tobytes())
            digest.update(one.signal.tobytes())
            known = [(key, one.about[key]) for key in FROM_FILE.values() if key in one.about]
            digest.update(repr(known).encode())
        return digest.hexdigest()[:KEY_LENGTH]


def answer_series(
    run: Run | ReadyRun,
    series: Series,
    *,
    group: int = 1,
    steps: Steps | None = None,
    level: float = LEVEL,
    n_seeds: int = N_SEEDS,
    previous: SeriesResult | None = None,
    progress: Progress = silent,
) -> SeriesResult:
    """Estimate every echo of a series, simulate the estimates again, and judge them.

    Parameters
    ----------
    run : Run or ReadyRun
        Fitted model; of :func:`nmr_core.measured.answering.ready` for many series.
    series : Series
        Its ``question`` must have been answered.
    group : int
        Group of one protocol that is read, the largest being 1; others are listed.
    steps : Steps, optional
        Steps of the preparation that are fixed for all echoes; default: all are estimated.
    level : float
        Probability with which an interval covers the truth.
    n_seeds : int
        Simulations of an estimate, 20 or more; 0: estimates are not simulated again. Estimates
        with a small p-value are simulated again with 100.
    previous : SeriesResult, optional
        An earlier result of the same run and options: its echoes are not estimated again.
    progress : callable
        Called with (done, total, text).

    Returns
    -------
    SeriesResult

    Raises
    ------
    InputError
        If the swept quantity is an open question, the run names a class, or there are too few
        simulations to reject an estimate.
    """
    checked_seeds(n_seeds, none=True)
    if series.question:
        raise InputError(series.question)
    one = run if isinstance(run, ReadyRun) else ready(run)
    if one.run.task == "classification":
        raise InputError(
            f"The run {one.run.id} names a class; a series shows numbers. Choose a run that "
            "estimates parameters."
        )
    series = stated_series(series)
    samples, rest = _samples(series, group, one.target.n_settings)
    known = _known(previous, one.run, level, n_seeds, steps)
    new = [sample for sample in samples if sample.key not in known]
    answered, n_errors = _answers(
        one, new, steps=steps, level=level, n_seeds=n_seeds, progress=progress
    )
    rows = iter(answered)
    table = pd.DataFrame(
        [
            (known[sample.key] if sample.key in known else next(rows)) | _place(sample)
            for sample in samples
        ]
        + rest
    )
    # One column of numbers, also where no row has one
    for name in _numbers(one.run):
        table[name] = pd.to_numeric(table[name]) if name in table else np.nan
    table = table.sort_values("value", kind="stable", na_position="last", ignore_index=True)
    quantity = series.quantity
    assert quantity is not None
    return SeriesResult(
        id=previous.id if previous else new_id("se"),
        title=series.title,
        run=one.run.id,
        model=one.run.manifest.model_sha256,
        level=level,
        n_seeds=n_seeds,
        seed=SEED,
        steps=repr(steps or Steps()),
        quantity=quantity,
        source=series.source,
        reason=series.reason,
        notes=(*series.notes, *_shared(n_errors, len(new), n_seeds)),
        protocol=series.groups[group - 1].name if series.groups else "",
        table=table[[name for name in _columns(one.run) if name in table]],
        targets={name: dict(spec) for name, spec in one.run.manifest.targets.items()},
        unidentifiable=dict(one.run.manifest.unidentifiable),
        created=clock.strftime("%Y-%m-%d %H:%M", clock.gmtime()),
        versions=versions(),
    )


def _columns(run: Run) -> list[str]:
    ends = ("predicted", "low", "high", "joint_low", "joint_high")
    names = [f"{kind}_{name}" for name in run.targets for kind in ends]
    first = ["file", "number", "value", "state", "applicability", "reason", "outlier"]
    return [*first, *names, "snr", "p_value", "n_seeds", "quotable", "not_quoted", "verdict", "key"]


def _numbers(run: Run) -> list[str]:
    words = ("applicability", "reason", "outlier", "quotable", "not_quoted", "verdict")
    texts = ("file", "state", *words, "key")
    always = ("value", "snr", "p_value", "n_seeds")
    names = [name for name in _columns(run) if name not in texts and "low_" not in name]
    return [name for name in names if name in always or name.startswith("predicted_")]


def _place(sample: Sample) -> dict:
    item = sample.items[0]
    return {
        "file": item.path,
        "number": item.number,
        "value": np.nan if item.value is None else item.value,
        "key": sample.key,
    }


def _samples(series: Series, group: int, n_settings: int) -> tuple[list[Sample], list[dict]]:
    """(samples of a group, rows of all other items)."""
    chosen = series.group(group) if series.groups else []
    rest = [_row_without(item, UNREADABLE, item.problem) for item in series.items if item.problem]
    for number, other in enumerate(series.groups, 1):
        if number == group:
            continue
        difference = other.difference or "the first protocol"
        sentence = f"Not read: it belongs to group {number} of the protocols ({difference})."
        rest += [_row_without(series.items[k], OTHER_PROTOCOL, sentence) for k in other.items]
    if n_settings == 1:
        return [Sample((item,)) for item in chosen], rest
    samples = []
    files: dict[str, list[Item]] = {}
    for item in chosen:
        files.setdefault(item.path, []).append(item)
    for path, items in files.items():
        items = sorted(items, key=lambda item: item.number)
        if len(items) != n_settings:
            sentence = (
                f"The run takes {n_settings} echoes of a sample, one per setting; {path} holds "
                f"{len(items)}."
            )
            rest += [_row_without(item, NOT_PREPARED, sentence) for item in items]
            continue
        samples.append(Sample(tuple(items)))
    return samples, rest


def _row_without(item: Item, state: str, sentence: str) -> dict:
    """The row of an echo without estimates."""
    return {
        "file": item.path,
        "number": item.number,
        "value": np.nan if item.value is None else item.value,
        "state": state,
        "applicability": "",
        "reason": "",
        "outlier": False,
        "n_seeds": 0,
        "quotable": "no",
        "not_quoted": "",
        "verdict": sentence,
        "key": "",
    }


def _known(
    previous: SeriesResult | None,
    run: Run,
    level: float,
    n_seeds: int,
    steps: Steps | None,
) -> dict[str, dict]:
    """Rows of an earlier result by the checksum of their echo."""
    if previous is None:
        return {}
    ours = (run.id, run.manifest.model_sha256, level, n_seeds, SEED, repr(steps or Steps()))
    theirs = (
        previous.run,
        previous.model,
        previous.level,
        previous.n_seeds,
        previous.seed,
        previous.steps,
    )
    if ours != theirs:
        return {}
    return {row["key"]: row for row in previous.table.to_dict("records") if row["key"]}


def _answers(
    one: ReadyRun,
    samples: Sequence[Sample],
    *,
    steps: Steps | None,
    level: float,
    n_seeds: int,
    progress: Progress,
) -> tuple[list[dict], int]:
    """(one row per sample, estimates at which errors were simulated)."""
    rows: dict[int, dict] = {}
    prepared: dict[int, list[Prepared]] = {}
    preparing = part_of(progress, 0, 25)
    for k, sample in enumerate(samples):
        preparing(k, len(samples), f"preparing {sample.name}")
        try:
            prepared[k] = prepare_for_run(
                one.run, sample.measurements, steps=steps, target=one.target
            )
        except OtherProtocolError as error:
            rows[k] = _row_without(sample.items[0], OTHER_PROTOCOL, str(error))
        except InputError as error:
            decision = refusal(error, sample.measurements, one.target)
            sentence = " ".join([decision.sentence, *decision.out_of_range])
            rows[k] = _row_without(sample.items[0], NOT_PREPARED, sentence)
    if not prepared:
        return [rows[k] for k in range(len(samples))], 0

    # All estimates in one batch
    progress(25, 100, "estimating")
    signals = np.stack([[part.signal for part in each] for each in prepared.values()])
    time = next(iter(prepared.values()))[0].time
    full = estimate(one.run, (time, signals), level=level, insist=True, error_model=one.error_model)
    table = hide_out_of_domain(one.run, full)
    n_errors = 0
    results: list = [None] * len(table)
    if n_seeds:
        resimulations = resimulate_all(
            one.run,
            list(prepared.values()),
            table,
            n_seeds=n_seeds,
            seed=SEED,
            progress=part_of(progress, 30, 98),
        )
        results, n_errors = resimulations.results, resimulations.n_errors
    for number, (k, each) in enumerate(prepared.items()):
        row = table.iloc[number]
        result = results[number]
        decision = verdict(one.run, each, one.target, row, level=level, resimulation=result)
        rows[k] = {
            "state": HIDDEN if row["applicability"] == "out of domain" else ESTIMATED,
            **_estimates(row),
            "outlier": row["applicability"] in ("borderline", "out of domain"),
            "snr": min(part.snr for part in each),
            "p_value": np.nan if result is None else result.p_value,
            "n_seeds": 0 if result is None else result.n_seeds,
            "quotable": decision.quotable,
            "not_quoted": ", ".join(decision.not_quoted),
            "verdict": " ".join([decision.sentence, *decision.out_of_range]),
        }
    progress(100, 100, "done")
    return [rows[k] for k in range(len(samples))], n_errors


def _estimates(row: pd.Series) -> dict:
    kinds = ("predicted_", "low_", "high_", "joint_low_", "joint_high_")
    return {
        name: value
        for name, value in row.items()
        if name in ("applicability", "reason") or str(name).startswith(kinds)
    }


def _shared(n_errors: int, n_new: int, n_seeds: int) -> list[str]:
    """What the re-simulations share, in a sentence."""
    if not n_errors:
        return []
    return [
        f"Each estimate was simulated {n_seeds} times ({N_AGAIN} times where the p-value was "
        f"below {DOUBTFUL}); the errors of the estimates were simulated at {n_errors} of {n_new} "
        f"echoes, and echoes within {NEAR:.0%} of every range share them."
    ]
