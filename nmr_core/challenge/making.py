"""Make a challenge: a training set with truth, test curves from a secret seed, reference models."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import numpy as np

from nmr_core.challenge import challenge as stored
from nmr_core.challenge import secret
from nmr_core.challenge.challenge import Challenge, Target, folder_of
from nmr_core.challenge.changing import check_organiser
from nmr_core.challenge.curves import FILE
from nmr_core.challenge.options import Options, Rules, checked_options
from nmr_core.challenge.references import add_references, linear_estimate
from nmr_core.challenge.simulating import Simulated, simulated, training_set
from nmr_core.challenge.templates import Template, presets_of
from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.datasets.joined import KERNEL
from nmr_core.errors import InputError
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.learning.matching import settings_of
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.arrays import write_arrays
from nmr_core.storage.files import write_folder
from nmr_core.storage.private import private_files
from nmr_core.storage.spaces.person import owner_now
from nmr_core.storage.workspace import new_id, workspace_id

REACH = 4.0
"""Half the range of a normal distribution, in its standard deviations: 99.99 % of the prior."""


def create(
    template: str,
    *,
    preset: "Preset | dict | str | None" = None,
    references: bool = True,
    id: str = "",
    owner: str = "",
    progress: Progress = silent,
    **rules: Unpack[Rules],
) -> Challenge:
    """Make a challenge, and its training set in the present workspace.

    Parameters
    ----------
    template : str
        A name of :data:`nmr_core.challenge.templates.TEMPLATES`.
    preset : Preset, dict or str, optional
        Another prior than that of the template, its recipe or its name.
    references : bool
        Whether reference models are trained for the board.
    id, owner : str
        Default: a new id, and who acts.
    progress : callable
        Called as progress(done, total, text).
    **rules
        title, n_train, n_public, n_private, metric, tries, pause, starts, ends, team_size, hide
        and room, see :class:`nmr_core.challenge.options.Options`.

    Returns
    -------
    Challenge

    Raises
    ------
    InputError
        A value cannot be used.
    """
    options = checked_options(template, rules)
    folder = folder_of(id or new_id("ch"))
    if folder.exists():
        raise InputError(f"There is a challenge {folder.name} already. Choose another id.")
    presets = presets_of(options.template, preset)
    title = f"Training set: {options.title}"
    training = training_set(presets, options.n_train, title, owner, part_of(progress, 0, 30))
    challenge = _described(folder.name, options, presets, training, owner)
    if references:
        part = part_of(progress, 30, 40)
        linear = linear_estimate(presets[0], challenge.targets, options.metric, part)
        challenge = replace(challenge, linear=linear)
    seed = secret.new_seed()
    test = simulated(
        presets, challenge.n_test, seed, options.template.effects, part_of(progress, 40, 75)
    )
    with private_files():
        write_folder(folder, lambda place: _fill(place, challenge, test, training, seed))
        if references:
            add_references(challenge, training, part_of(progress, 75, 100))
    progress(100, 100, "ready")
    return stored.load(challenge.id)


def _described(
    id: str, options: Options, presets: tuple[Preset, ...], training: EchoDataset, owner: str
) -> Challenge:
    """What everyone may know of a challenge."""
    targets, classes = _targets(options.template, presets, training)
    starts, ends = options.times
    return Challenge(
        id=id,
        title=options.title,
        template=options.template.name,
        metric_name=options.metric,
        targets=targets,
        classes=classes,
        presets=tuple(preset.to_dict() for preset in presets),
        settings=tuple(settings_of(training)),
        n_train=len(training),
        n_public=options.n_public,
        n_private=options.n_private,
        training=training.manifest.id,
        workspace=workspace_id(),
        team_size=options.team_size,
        room=options.room,
        owner=owner_now(owner),
        created=time.time(),
        starts=starts,
        ends=ends,
        tries=options.tries,
        pause=options.pause,
        hide=options.hide,
    )


def _targets(
    template: Template, presets: tuple[Preset, ...], training: EchoDataset
) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """What is predicted: the kernel, or the numbers that an echo depends on."""
    if template.is_classification:
        classes = tuple(sorted(set(training.parameters[KERNEL])))
        return (Target(KERNEL, "kernel"),), classes
    hidden = unidentifiable(presets[0])
    drawn = [spec for spec in presets[0].drawn if spec.name not in hidden]
    numbers = [spec for spec in drawn if spec.distribution != "choice"]
    if not numbers:
        raise InputError("The prior draws no number that an echo depends on. Choose another one.")
    return tuple(Target(s.name, s.symbol, s.unit, *_range(s)) for s in numbers), ()


def _range(spec: Parameter) -> tuple[float, float]:
    """Where the prior lies: its ends, or mean ± :data:`REACH` sd of a normal distribution."""
    low, high = float(spec.low), float(spec.high)
    if spec.distribution == "normal":
        low = max(low, spec.default - REACH * spec.sd)
        high = min(high, spec.default + REACH * spec.sd)
    if not low < high:
        raise InputError(f"The prior of {spec.name} is one value. Make it fixed, or widen it.")
    return low, high


def _fill(
    folder: Path, challenge: Challenge, test: Simulated, training: EchoDataset, seed: int
) -> None:
    folder.mkdir(parents=True)
    names = [target.name for target in challenge.targets]
    if challenge.classes:
        numbers = {name: number for number, name in enumerate(challenge.classes)}
        values = np.array([[numbers[name]] for name in test.parameters[KERNEL]], float)
    else:
        values = test.parameters[names].to_numpy(float)
    secret.store(folder, seed, values, test.is_corrupted, challenge.n_public)
    curves = {
        "sample": np.array(challenge.samples),
        "time": training.time,
        "signals": test.signals,
    }
    write_arrays(folder / FILE, curves)
    stored.write(challenge, folder)


def job_params(
    template: str, *, preset: "Preset | dict | str | None" = None, **rules: Unpack[Rules]
) -> dict:
    """Parameters of the job "challenge", checked before it runs.

    Parameters
    ----------
    template, preset, **rules
        As of :func:`create`.

    Raises
    ------
    InputError
        A value cannot be used.
    RefusedError
        Who acts does not organise challenges.
    """
    check_organiser("create", "")
    options = checked_options(template, rules)
    presets_of(options.template, preset)
    recipe = preset.to_dict() if isinstance(preset, Preset) else preset
    return {"challenge": new_id("ch"), "template": template, "preset": recipe, **rules}


def challenge_job(params: dict, progress: Progress) -> dict:
    """Run the job "challenge"; run again, it adds the reference models that are missing.

    Parameters
    ----------
    params : dict
        ``challenge``, its id, and arguments of :func:`create`; no seed.
    progress : callable
        Called as progress(done, total, text).

    Returns
    -------
    dict
        "challenge" and "dataset": ids of the challenge and of its training set.
    """
    options = dict(params)
    id = options.pop("challenge")
    if folder_of(id).exists():  # the job was interrupted while reference models were trained
        challenge = stored.load(id)
        if options.get("references", True):
            add_references(challenge, load_dataset(challenge.training), progress)
    else:
        challenge = create(options.pop("template"), id=id, progress=progress, **options)
    summary = load_dataset(challenge.training).manifest.summary
    return {"challenge": challenge.id, "dataset": challenge.training, "summary": summary}
