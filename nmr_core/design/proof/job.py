"""The job "prove": the key of a stored design -> its proof, stored beside it."""

from typing import Any

from nmr_core.design.proof.prove import prove
from nmr_core.errors import InputError
from nmr_core.progress import Progress, silent

OPTIONS = ("n_train", "n_test", "n_repeats", "n_random", "learner", "n_jobs")


def prove_job(params: dict[str, Any], progress: Progress = silent) -> dict[str, Any]:
    """Prove a stored design.

    Parameters
    ----------
    params : dict
        design, the key of the result; and any of :data:`OPTIONS`, see
        :func:`nmr_core.design.proof.prove.prove`.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    dict
        design (its key), holds (whether the gain is realised) and a summary.

    Raises
    ------
    InputError
        For parameters of another kind of job, or a design that is not stored.
    """
    key = params.get("design")
    if not isinstance(key, str):
        raise InputError(
            f"The job prove needs the key of a stored design, got {str(key)[:40]!r}. Start it "
            "again from the page Design."
        )
    options = {name: params[name] for name in OPTIONS if name in params}
    proof = prove(key, progress=progress, **({"n_jobs": -1} | options))
    progress(100, 100, "proven")
    return {"design": key, "holds": proof.holds, "summary": proof.sentence}
