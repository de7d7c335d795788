"""The job "refine_posterior": a request with an echo, and its refined posterior.

NMR_DATA/refined-posteriors/<id>/echo.npz     the request: the signals
                                 result.npz   arrays of the result
                                 result.json  the result, written last

The id is a checksum of the echo, the run, its posterior and the number of simulations, so the same
question finds the stored answer.
"""

import hashlib
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.inference.posterior import N_SAMPLES, Posterior, load_posterior
from nmr_core.learning.run import Run
from nmr_core.measured.local import check_prior
from nmr_core.measured.refine_job import DAYS, remove_old
from nmr_core.measured.refined_posterior import (
    SIMULATIONS,
    RefinedPosterior,
    refine_posterior,
)
from nmr_core.progress import Progress, silent
from nmr_core.storage.arrays import read_arrays, reading, write_arrays
from nmr_core.storage.catalogue import own_folder
from nmr_core.storage.kinds import REFINED_POSTERIOR
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.workspace import checked_id

CHARACTERS = 20
"""Of a checksum in an id."""


def refined_id(
    run: Run, learned: Posterior, signals: np.ndarray, simulations: int = SIMULATIONS.default
) -> str:
    """Return the id of the refined posterior of an echo.

    Parameters
    ----------
    run : Run
        The trained run.
    learned : Posterior
        Its amortised posterior.
    signals : complex array, (n_settings, n_times)
        The echo.
    simulations : int
        Signals around the echo, per round.
    """
    text = f"{run.id} {run.manifest.created} {learned.created} {learned.seed} {simulations}"
    digest = hashlib.sha256(text.encode())
    digest.update(np.ascontiguousarray(signals, np.complex64).tobytes())
    return f"rp-{digest.hexdigest()[:CHARACTERS]}"


def store_posterior_request(
    run: Run, learned: Posterior, signals: np.ndarray, simulations: int = SIMULATIONS.default
) -> dict[str, Any]:
    """Store a request and return the parameters of its job: run, id, simulations and sha256.

    Parameters
    ----------
    run, learned, signals, simulations
        As for :func:`refined_id`.

    Raises
    ------
    InputError
        The echo cannot be refined, see :func:`~.local.check_prior`.
    """
    check_prior(run, learned.parameters)
    simulations = SIMULATIONS.check(simulations)
    root = own_folder(REFINED_POSTERIOR)
    remove_old(root)
    name = refined_id(run, learned, signals, simulations)
    sha256 = write_arrays(root / name / "echo.npz", {"signals": np.complex64(signals)})
    return {"run": run.id, "id": name, "simulations": simulations, "sha256": sha256}


def refine_posterior_job(params: dict[str, Any], progress: Progress = silent) -> dict[str, str]:
    """Run the job "refine_posterior" with parameters of :func:`store_posterior_request`.

    Returns
    -------
    dict
        id of the refined posterior, its run, and what it comes from.
    """
    run = load_run(checked_id(params["run"]))
    name = checked_id(params["id"])
    path = own_folder(REFINED_POSTERIOR) / name / "echo.npz"
    if not path.is_file():
        raise InputError(
            f"The echo {name} is not here any more; echoes are kept for {DAYS} days. Refine again."
        )
    with reading("echo", path.parent, "Refine again."):
        signals = read_arrays(path, params["sha256"])["signals"]
    result = refine_posterior(
        run,
        load_posterior(run),
        signals,
        N_SAMPLES.default,
        simulations=params["simulations"],
        progress=progress,
    )
    write_result(result, path.parent / REFINED_POSTERIOR.document)
    return {"id": name, "run": run.id, "summary": f"Posterior {result.sentence}."}


def find_refined_posterior(name: str) -> RefinedPosterior | None:
    """Return a stored refined posterior; None if there is none.

    Raises
    ------
    FailedError
        It is damaged.
    """
    document = own_folder(REFINED_POSTERIOR) / checked_id(name) / REFINED_POSTERIOR.document
    if not document.is_file():
        return None
    return read_result(
        document, RefinedPosterior, what="refined posterior", again="Refine it again."
    )
