"""Kinds of jobs: kind -> function ``(params, progress) -> result``, imported when the job runs.

A new kind is one line in ``HANDLERS``.
"""

from collections.abc import Callable
from importlib import import_module

from nmr_core.errors import InputError
from nmr_core.progress import Progress

Handler = Callable[[dict, Progress], dict]


def _of(module: str, name: str) -> Handler:
    """The function ``name`` of a module, which is imported when the job runs."""

    def run(params: dict, progress: Progress) -> dict:
        return getattr(import_module(f"nmr_core.{module}"), name)(params, progress)

    return run


HANDLERS: dict[str, Handler] = {
    "generate": _of("datasets.generate", "generate_job"),
    "effects": _of("datasets.store", "effects_job"),
    "join": _of("datasets.store", "join_job"),
    "train": _of("learning.train", "train_job"),
    "study": _of("studies.make", "study_job"),
    "selftest": _of("jobs.selftest", "selftest_job"),
    "explain": _of("evaluation.explain.job", "explain_job"),
    "identify": _of("inference.identifiability.job", "identify_job"),
    "design": _of("design.job", "design_job"),
    "prove": _of("design.proof.job", "prove_job"),
    "shape": _of("design.reshaped_store", "shape_job"),
    "predict": _of("measured.estimating", "estimate_job"),
    "refine": _of("measured.refine_job", "refine_job"),
    "robustness": _of("inference.robustness.measure", "robustness_job"),
    "calibrate": _of("inference.intervals.calibrate", "calibrate_job"),
    "posterior": _of("inference.posterior.fit", "posterior_job"),
    "refine_posterior": _of("measured.posterior_job", "refine_posterior_job"),
    "challenge": _of("challenge.making", "challenge_job"),
    "make_model": _of("measured.making.job", "make_model_job"),
    "series": _of("measured.series.job", "series_job"),
    "lab_book": _of("design.sequential.job", "lab_book_job"),
}


def handler(kind: str) -> Handler:
    """Function of a kind of job; :class:`InputError` for an unknown kind."""
    try:
        return HANDLERS[kind]
    except (KeyError, TypeError):
        raise InputError(
            f"The kind of a job must be one of {', '.join(HANDLERS)}, got {str(kind)[:80]!r}."
        ) from None
