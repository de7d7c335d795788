"""The job "explain": explain a run, store the result."""

from dataclasses import replace

from nmr_core.datasets.dataset import load_dataset
from nmr_core.evaluation import load_run
from nmr_core.evaluation.explain.explain import PARTS, explain
from nmr_core.evaluation.explain.store import save_explanation
from nmr_core.progress import Progress
from nmr_core.storage.workspace import checked_id


def explain_job(params: dict, progress: Progress) -> dict:
    """Run the job "explain" and store its result.

    ``params`` holds the id of a ``run``, the ``owner``, and ``parts``, ``n_repeats``, ``n_curves``
    and ``seed`` as for :func:`explain`.
    """
    options = {
        name: params[name] for name in ("parts", "n_repeats", "n_curves", "seed") if name in params
    }
    run = load_run(checked_id(params["run"]))
    result = explain(run, load_dataset(run.manifest.dataset), progress=progress, **options)
    save_explanation(replace(result, owner=params.get("owner", "")))
    parts = [name.replace("_", " ") for name in PARTS if getattr(result, name) is not None]
    return {
        "run": run.id,
        "summary": f"{', '.join(parts)} of {len(result.features):,} features".capitalize(),
    }
