"""The same model, trained on signals with measurement effects."""

from dataclasses import replace

from nmr_core.datasets.generate import generate
from nmr_core.effects import Effects, effects_from
from nmr_core.errors import InputError
from nmr_core.learning.origin import effects_of, preset_of
from nmr_core.learning.run import Run
from nmr_core.learning.train import train
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.workspace import datasets_folder, new_id
from nmr_core.symmetries import symmetries_of

N_CURVES = Parameter("n_curves", "Signals to train on", "", 50, 1_000_000, 4000, integer=True)
DATASET_SEED = 2**51
"""Large, since seeds of data sets are small: the run was not trained on these signals."""


def train_with_effects(
    run: Run,
    effects: Effects,
    *,
    n_curves: int = 4000,
    n_jobs: int = 1,
    id: str = "",
    title: str = "",
    owner: str = "",
    progress: Progress = silent,
) -> Run:
    """Train the recipe of a run on new signals with measurement effects; store run and data set.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    effects : str, or list of effects
        In addition to those of the training data of the run.
    n_curves : int
        Signals of the new data set, which may be fewer than those of the run.
    n_jobs : int
        Processes; -1: one per core.
    id, title : str
        Of the new run; default: a new id, and the title of the run with the effects.
    owner : str
        Who trains it.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Run

    Raises
    ------
    InputError
        There are no effects, or the preset of the training data is unknown.

    Notes
    -----
    Symmetries that the run was trained with are used where the effects keep them.
    """
    new_effects, preset = effects_from(effects), preset_of(run)
    if not new_effects:
        raise InputError(
            "Retraining needs at least one measurement effect, got none. Write effects as "
            "gaussian_noise:snr=30,phase_error:sd=5."
        )
    if preset is None:
        raise InputError(
            f"The signals of run {run.id} do not come from one known preset, so none with effects "
            "can be simulated. Train a run with effects by hand, and pass its id."
        )
    m, n_curves = run.manifest, N_CURVES.check(n_curves)
    id = id or new_id("run")
    labels = ", ".join(effect.label.lower() for effect in new_effects)
    dataset = generate(
        preset,
        n_curves,
        seed=DATASET_SEED,
        n_jobs=n_jobs,
        path=datasets_folder() / id.replace("run-", "ds-", 1),
        effects=effects_from([*effects_of(run), *new_effects]),
        effects_seed=DATASET_SEED,
        title=f"{preset.label}, {n_curves:,} curves, with {labels}",
        owner=owner,
        progress=part_of(progress, 0, 50),
    )
    other = train(
        dataset,
        targets=list(m.targets),
        featurizer=m.featurizer,
        featurizer_options=dict(m.featurizer_options),
        model=m.model,
        model_options=dict(m.model_options),
        seed=m.seed,
        symmetries=bool(m.symmetries) and bool(symmetries_of(dataset)),
        weighted=m.weighted,
        id=id,
        title=title or f"{m.title}, trained with {labels}",
        progress=part_of(progress, 50, 100),
    )
    other.manifest = replace(other.manifest, owner=owner)
    other.save()
    return other
