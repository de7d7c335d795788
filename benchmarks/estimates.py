"""Promised against measured time of jobs: ``python benchmarks/estimates.py`` on an idle machine.

Every job runs twice in an empty data folder: the first time without any earlier job of its kind.
The ratio is the measured time over the middle of the promised range; between 0.67 and 1.5 is right.
"""

import os
import sys
import tempfile
from math import sqrt
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # a checkout that is not installed

import nmr_core as nmr
from nmr_core import jobs, studies
from nmr_core.datasets.estimate import estimate, job_seconds
from nmr_core.evaluation import explain
from nmr_core.jobs import expected
from nmr_core.jobs.expected import Expected
from nmr_core.learning.duration import nominal_seconds
from nmr_core.learning.plan import planned
from nmr_core.storage.workspace import new_id

N_CURVES = 2000
MODELS = ("ridge", "pls", "extra_trees", "mlp")


def main() -> None:
    """Print one line per job."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NMR_DATA"] = folder
        os.environ["NMR_SUPERVISOR_IDLE"] = "5"
        print("| job | promised, s | measured, s | ratio |\n|---|---|---|---|")
        for _ in range(2):
            dataset = _generate()
            runs = [_train(dataset, model) for model in MODELS]
            _calibrate(runs[0])
            _explain(runs[0])
            _study(dataset)


def _generate() -> str:
    preset = nmr.preset("ml4sci_2020_secular")
    seconds, _ = estimate(preset, N_CURVES, os.cpu_count() or 1)
    id = new_id("ds")
    params = {"dataset": id, "preset": "ml4sci_2020_secular", "n_samples": N_CURVES, "seed": 0}
    _measure(Expected("generate", job_seconds(seconds)), params)
    return id


def _train(dataset: str, model: str) -> str:
    id = new_id("run")
    # The images under one symmetry are trained on, too
    seconds = nominal_seconds(planned(model=model), round(2 * 0.9 * N_CURVES))
    _measure(Expected("train", seconds, model), {"dataset": dataset, "run": id, "model": model})
    return id


def _calibrate(run: str) -> None:
    seconds, _ = estimate(nmr.preset("ml4sci_2020_secular"), 4000, os.cpu_count() or 1)
    promise = Expected("calibrate", 4 + job_seconds(seconds))
    _measure(promise, {"run": run, "method": "scaled", "n": 4000})


def _explain(run: str) -> None:
    promise = Expected("explain", explain.estimate(nmr.load_run(run).manifest))
    _measure(promise, {"run": run})


def _study(dataset: str) -> None:
    recipe = {"featurizer": "polynomial", "model": "ridge"}
    _, seconds = studies.estimate("learning_curve", nmr.load_dataset(dataset), **recipe)
    params = {"kind": "learning_curve", "dataset": dataset, "study": new_id("st"), **recipe}
    _measure(Expected("study", seconds, "learning_curve"), params)


def _measure(promise: Expected, params: dict) -> None:
    low, high = expected.time_of(promise, jobs.list_jobs(limit=100))
    job = jobs.submit(promise.kind, params, title=promise.like)
    expected.store(job.id, promise)
    job = jobs.wait(job.id)
    if job.status != "done" or job.started is None or job.finished is None:
        print(f"| {promise.kind} {promise.like} | {low:.1f} to {high:.1f} | {job.error} | |")
        return
    seconds = job.finished - job.started
    name = f"{promise.kind} {promise.like}".strip()
    ratio = seconds / sqrt(low * high)
    print(f"| {name} | {low:.1f} to {high:.1f} | {seconds:.1f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
