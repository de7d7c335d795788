"""What each kind of job does: kind -> function ``(params, progress) -> result``, imported only where it runs.

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


def _join(params: dict, progress: Progress) -> dict:
    """Make one data set, ``dataset``, of several, ``sources``."""
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.joined import join
    from nmr_core.datasets.store import store_dataset
    from nmr_core.storage.workspace import checked_id

    joined = join(
        [load_dataset(checked_id(source)) for source in params["sources"]], params.get("title", "")
    )
    progress(0, len(joined), "joining")
    folder = store_dataset(joined, params["dataset"], params.get("owner", ""))
    progress(len(joined), len(joined), "joined")
    return {"dataset": folder.name}


HANDLERS: dict[str, Handler] = {
    "generate": _of("datasets.generate", "generate_job"),
    "effects": _of("datasets.store", "effects_job"),
    "join": _join,
    "train": _of("learning.train", "train_job"),
    "study": _of("studies.make", "study_job"),
    "selftest": _of("jobs.selftest", "selftest_job"),
    "explain": _of("evaluation.explain.explain", "explain_job"),
    "identify": _of("inference.identifiability.job", "identify_job"),
    "predict": _of("measured.estimating", "estimate_job"),
    "refine": _of("measured.refining", "refine_job"),
    "robustness": _of("inference.robustness.job", "robustness_job"),
    "calibrate": _of("inference.intervals.calibrate", "calibrate_job"),
}


def handler(kind: str) -> Handler:
    """The function for this kind of job; raises :class:`InputError` for a kind that does not exist."""
    try:
        return HANDLERS[kind]
    except (KeyError, TypeError):
        raise InputError(
            f"The kind of a job is one of {', '.join(HANDLERS)}, got {str(kind)[:80]!r}."
        ) from None
