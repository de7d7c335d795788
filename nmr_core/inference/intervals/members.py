"""Members of an ensemble: the same model, each trained on a data set of its own."""

from sklearn.pipeline import Pipeline

from nmr_core.datasets.generate import generate
from nmr_core.errors import InputError
from nmr_core.learning.origin import FIRST_SEED, effects_of, preset_of
from nmr_core.learning.run import Run
from nmr_core.learning.train import train
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import Purpose, side_seed

N_MEMBER_CURVES = 2000
"""Curves of a member's data set, at most; fewer than the run had, so members disagree more than the run is wrong, which the
calibration takes into account."""
OWN_SEEDS = 10**9
TEST = 0.05


def trained_members(
    run: Run,
    n_members: int,
    *,
    seed: int = 0,
    n_curves: int = N_MEMBER_CURVES,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> list[Pipeline]:
    """``n_members`` fitted pipelines of the run's own recipe, each on curves of its own."""
    preset, m, found = preset_of(run), run.manifest, []
    if preset is None:
        raise InputError(
            f"The curves of run {run.id} do not come from one preset, so no members can be trained on others like "
            "them. Choose another method."
        )
    for number in range(n_members):
        progress(number, n_members, f"training member {number + 1} of {n_members}")
        own = FIRST_SEED + OWN_SEEDS + 1000 * seed + number
        dataset = generate(
            preset,
            min(n_curves, m.n_train),
            seed=own,
            n_jobs=n_jobs,
            effects=effects_of(run),
            effects_seed=own,
        )
        member = train(
            dataset,
            targets=run.targets,
            featurizer=m.featurizer,
            featurizer_options=m.featurizer_options,
            model=m.model,
            model_options=m.model_options,
            symmetries=bool(m.symmetries),
            split=TEST,
            seed=side_seed(seed, Purpose.ENSEMBLE_MEMBERS, number, bits=31),
            stream=False,
        )
        found.append(member.model)
    return found
