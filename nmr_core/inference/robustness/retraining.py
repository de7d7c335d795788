"""The same model, trained on signals with measurement effects."""

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

N_CURVES = Parameter("n_curves", "Curves to train on", "", 50, 1_000_000, 4000, integer=True)
SEED_OF_CURVES = 2**51
"""Its curves are none that the run was trained on (data sets have the seeds that people choose)."""


def train_with_effects(
    run: Run,
    effects: Effects,
    *,
    n_curves: int = 4000,
    n_jobs: int = 1,
    id: str = "",
    title: str = "",
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
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Run

    Raises
    ------
    InputError
        No effects are given, or the preset of the training data is not known.

    Notes
    -----
    Symmetries that the run was trained with are used where the effects keep them.
    """
    several, preset = effects_from(effects), preset_of(run)
    if not several:
        raise InputError(
            "A run is retrained with measurement effects, and none are given. Write them as "
            "gaussian_noise:snr=30,phase_error:sd=5."
        )
    if preset is None:
        raise InputError(
            f"Nothing is known about how the curves of run {run.id} were made (or several presets made them), so no "
            "run can be trained with effects. Train one by hand, and name it."
        )
    m, n_curves = run.manifest, N_CURVES.check(n_curves)
    id = id or new_id("run")
    labels = ", ".join(effect.label.lower() for effect in several)
    dataset = generate(
        preset,
        n_curves,
        seed=SEED_OF_CURVES,
        n_jobs=n_jobs,
        path=datasets_folder() / id.replace("run-", "ds-", 1),
        effects=effects_from([*effects_of(run), *several]),
        effects_seed=SEED_OF_CURVES,
        title=f"{preset.label}, {n_curves:,} curves, with {labels}",
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
        id=id,
        title=title or f"{m.title}, trained with {labels}",
        progress=part_of(progress, 50, 100),
    )
    other.save()
    return other
