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


def _join(params: dict, progress: Progress) -> dict:
    """Make one data set, ``dataset``, of several, ``sources``."""
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.joined import join
    from nmr_core.datasets.store import store_dataset
    from nmr_core.workspace import checked_id

    joined = join([load_dataset(checked_id(source)) for source in params["sources"]], params.get("title", ""))
    progress(0, len(joined), "joining")
    folder = store_dataset(joined, params["dataset"], params.get("owner", ""))
    progress(len(joined), len(joined), "joined")
    return {"dataset": folder.name}


def _train(params: dict, progress: Progress) -> dict:
    """Train a model and save the run."""
    from nmr_core.evaluation.train import train_job

    return train_job(params, progress)


def _study(params: dict, progress: Progress) -> dict:
    """Make many fits with one question, and save what they say."""
    from nmr_core.studies.make import study_job

    return study_job(params, progress)


def _selftest(params: dict, progress: Progress) -> dict:
    """Count, for the tests and to see that jobs work on a machine."""
    from nmr_core.jobs.selftest import selftest_job

    return selftest_job(params, progress)


def _explain(params: dict, progress: Progress) -> dict:
    """See what a run's model looked at."""
    from nmr_core.explaining.explain import explain_job

    return explain_job(params, progress)


def _predict(params: dict, progress: Progress) -> dict:
    """A saved run on many curves, with intervals and lamp."""
    from nmr_core.inference.estimating import estimate_job

    return estimate_job(params, progress)


def _refine(params: dict, progress: Progress) -> dict:
    """Fit the simulator to one's own echo."""
    from nmr_core.inference.refining import refine_job

    return refine_job(params, progress)


def _robustness(params: dict, progress: Progress) -> dict:
    """Try a run on worse and worse measurements."""
    from nmr_core.inference.robustness.job import robustness_job

    return robustness_job(params, progress)


def _identify(params: dict, progress: Progress) -> dict:
    """What a protocol can tell: verdicts, a scan, a map or a profile."""
    from nmr_core.inference.identify.job import identify_job

    return identify_job(params, progress)


def _calibrate(params: dict, progress: Progress) -> dict:
    """Give a run intervals, and a sense of what it does not know."""
    from nmr_core.inference.intervals.calibrate import calibrate_job

    return calibrate_job(params, progress)


HANDLERS: dict[str, Handler] = {"generate": _generate, "effects": _effects, "join": _join, "train": _train, "study": _study,
                                "selftest": _selftest, "explain": _explain, "identify": _identify, "predict": _predict,
                                "refine": _refine, "robustness": _robustness,
                                "calibrate": _calibrate}


def handler(kind: str) -> Handler:
    """The function for this kind of job; raises :class:`InputError` for a kind that does not exist."""
    try:
        return HANDLERS[kind]
    except (KeyError, TypeError):
        raise InputError(f"The kind of a job is one of {', '.join(HANDLERS)}, got {str(kind)[:80]!r}.") from None
