"""What each kind of job does: kind -> function ``(params, progress) -> result``, imported only where it runs.

A new kind is one function here and one line in ``HANDLERS``.
"""

from collections.abc import Callable

from nmr_core.errors import InputError
from nmr_core.progress import Progress

Handler = Callable[[dict, Progress], dict]


def _generate(params: dict, progress: Progress) -> dict:
    """Make a data set, or finish one that was interrupted."""
    from nmr_core.datasets.generate import generate_job

    return generate_job(params, progress)


def _effects(params: dict, progress: Progress) -> dict:
    """Copy a data set through measurement effects."""
    from nmr_core.datasets.store import effects_job

    return effects_job(params, progress)


def _train(params: dict, progress: Progress) -> dict:
    """Train a model and save the run."""
    from nmr_core.evaluation.train import train_job

    return train_job(params, progress)


def _selftest(params: dict, progress: Progress) -> dict:
    """Count, for the tests and to see that jobs work on a machine."""
    from nmr_core.jobs.selftest import selftest_job

    return selftest_job(params, progress)


HANDLERS: dict[str, Handler] = {"generate": _generate, "train": _train, "selftest": _selftest, "effects": _effects}


def handler(kind: str) -> Handler:
    """The function for this kind of job; raises :class:`InputError` for a kind that does not exist."""
    try:
        return HANDLERS[kind]
    except (KeyError, TypeError):
        raise InputError(f"The kind of a job is one of {', '.join(HANDLERS)}, got {str(kind)[:80]!r}.") from None
