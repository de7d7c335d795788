"""Make a study: estimate its duration, make the fits, draw the conclusion."""

import time as clock
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.errors import InputError
from nmr_core.learning.plan import planned
from nmr_core.learning.targets import describe_targets
from nmr_core.progress import Progress, silent
from nmr_core.storage.workspace import checked_id, new_id
from nmr_core.studies.kinds import kind_of
from nmr_core.studies.record import Study, plain
from nmr_core.studies.steps import TOTAL, Steps, refuse_too_long, timed
from nmr_core.studies.subject import Subject

LIMIT_HOURS = 6.0


RECIPE = ("recipe", "featurizer", "model", "featurizer_options", "model_options")
SUBJECT = ("targets", "symmetries", "split", "seed", "weighted", *RECIPE)
"""Options that :func:`study` shares with :func:`nmr_core.train`."""


def study(
    kind: str,
    dataset: EchoDataset,
    *,
    limit_hours: float = LIMIT_HOURS,
    title: str = "",
    id: str = "",
    progress: Progress = silent,
    **options: Any,
) -> Study:
    """Make a study of one recipe on one data set.

    Parameters
    ----------
    kind : str
        "learning_curve", "validation_curve", "search", "cross_validation", "seeds" or "sanity".
    dataset : EchoDataset
        Signals with their parameters.
    limit_hours : float
        A study that would take longer is refused.
    title : str
        Display text.
    id : str
        Default: a new one.
    progress : Progress
        Called with (done, total, message).
    **options
        As for :func:`nmr_core.train`: targets, recipe, featurizer, model, featurizer_options,
        model_options, symmetries, split, seed, weighted. And those of the kind, see
        ``STUDIES[kind].settings``: points, repeats, goal, option, values, ...

    Raises
    ------
    InputError
        An unknown kind or setting, a recipe that does not fit the data set, or too long a study.
    """
    chosen = kind_of(kind)
    subject_options, settings = _divided(options)
    settings = chosen.checked(settings)
    if not limit_hours > 0:
        raise InputError(
            f"limit_hours must be > 0, got {limit_hours:g}. Leave it out for {LIMIT_HOURS:g} h."
        )
    subject = _subject(dataset, **subject_options)
    sizes = list(chosen.sizes(subject, settings))
    progress(0, TOTAL, "timing a small fit")
    effort = timed(subject, subject.parts()[0])
    refuse_too_long(effort.total(sizes), len(sizes), max(sizes), limit_hours, chosen.reduce)
    start = clock.perf_counter()
    steps = Steps(subject, effort, sizes, progress)
    summary = chosen.run(steps, settings)
    m = dataset.manifest
    return Study(
        id=id or new_id("st"),
        kind=kind,
        title=title or f"{chosen.label}: {subject.plan.model_on_features}",
        dataset=m.id,
        dataset_title=m.title,
        task=subject.targets.task,
        recipe={
            "name": subject.plan.recipe,
            "featurizer": subject.plan.featurizer,
            "featurizer_options": plain(subject.plan.featurizer_options),
            "model": subject.plan.model,
            "model_options": plain(subject.plan.model_options),
            "symmetries": [one.name for one in subject.maps],
            "weighted": subject.weighted,
        },
        targets=plain(describe_targets(dataset, subject.targets)),
        seed=subject.seed,
        split=subject.split,
        settings=plain(settings),
        rows=steps.rows,
        summary=plain(summary),
        seconds=clock.perf_counter() - start,
    )


def estimate(kind: str, dataset: EchoDataset, **options: Any) -> tuple[int, float]:
    """Number of fits and duration in seconds of a study.

    Parameters and errors are those of :func:`study`.
    """
    chosen = kind_of(kind)
    subject_options, settings = _divided(options)
    settings = chosen.checked(settings)
    subject = _subject(dataset, **subject_options)
    sizes = list(chosen.sizes(subject, settings))
    return len(sizes), timed(subject, subject.parts()[0]).total(sizes)


def _divided(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options of the subject, and those of the kind."""
    own = {name: value for name, value in options.items() if name in SUBJECT}
    return own, {name: value for name, value in options.items() if name not in SUBJECT}


def _subject(
    dataset: EchoDataset,
    targets: Sequence[str] | None = None,
    symmetries: bool | None = None,
    split: float | int = 0.1,
    seed: int = 0,
    weighted: bool = False,
    **recipe: Any,
) -> Subject:
    return Subject.of(dataset, targets, planned(**recipe), symmetries, split, seed, weighted)


def of_run(manifest: Any) -> dict:
    """Arguments of :func:`study` with the recipe, targets and split of a run's manifest."""
    return {
        "targets": list(manifest.targets),
        "recipe": manifest.recipe,
        "featurizer": manifest.featurizer,
        "model": manifest.model,
        "featurizer_options": dict(manifest.featurizer_options),
        "model_options": dict(manifest.model_options),
        "symmetries": bool(manifest.symmetries),
        "split": manifest.split,
        "seed": manifest.seed,
        "weighted": manifest.weighted,
    }


def study_job(params: dict, progress: Progress) -> dict:
    """Run the job "study" and store its result.

    ``params`` are the arguments of :func:`study` as JSON, with the ids of the ``dataset`` and of
    the new ``study``, and its ``owner``.
    """
    own = ("dataset", "study", "kind", "owner")
    options = {name: value for name, value in params.items() if name not in own}
    result = study(
        params["kind"],
        load_dataset(params["dataset"]),
        id=checked_id(params["study"]),
        progress=progress,
        **options,
    )
    result = replace(result, owner=params.get("owner", ""))
    result.save()
    progress(TOTAL, TOTAL, "saved")
    return {"study": result.id, "summary": result.sentence}
