"""Scaled intervals that use the disagreement of models trained on other simulated data."""

import numpy as np
from sklearn.pipeline import Pipeline

from nmr_core.datasets.generate import generate
from nmr_core.errors import InputError
from nmr_core.inference.intervals.conformal import position
from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.inference.intervals.scaled import Scaled
from nmr_core.learning.origin import FIRST_SEED, effects_of, preset_of
from nmr_core.learning.run import Run
from nmr_core.learning.train import train
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import Purpose, side_seed

N_MEMBER_CURVES = 2000
"""Largest number of signals per member: fewer than the run had, so that members disagree more than
the run is wrong, which the calibration takes into account."""
MEMBER_SEEDS = 10**9
TEST = 0.05


class Ensemble(Scaled):
    """Residual in units of sigma(x, v), with the disagreement v of an ensemble.

    Score and intervals are those of :class:`Scaled`. v is the root mean square distance of the
    members' estimates from the run's own; sigma is fitted to log v as well. v alone is a poor
    sigma: members that were trained on fewer signals than the run disagree where they are poor,
    not where the run is.

    Attributes
    ----------
    spreads_ : (n, n_known)
        v of the signals that gave the scores.
    largest_ : (n,)
        Their largest rank over the targets.

    References
    ----------
    Lakshminarayanan, Pritzel & Blundell, NeurIPS (2017).
    """

    def _predictors(self, inputs: Inputs) -> np.ndarray:
        return np.concatenate(
            [inputs.all, np.log(_spread(inputs))], axis=1, dtype=np.float32, casting="same_kind"
        )

    def set_reference(self, inputs: Inputs) -> None:
        """Store the spreads of signals like the training data, for :meth:`disagreement`."""
        self.spreads_ = _spread(inputs)
        self.largest_ = position(self.spreads_, self.spreads_).max(axis=1)

    def disagreement(self, inputs: Inputs) -> np.ndarray:
        """Return the rank of the members' disagreement among signals like the training data.

        Returns
        -------
        float64 array, (n,)
            In (0, 1), of the target on which they disagree most.
        """
        largest = position(self.spreads_, _spread(inputs)).max(axis=1, keepdims=True)
        return position(self.largest_[:, None], largest)[:, 0]


def _spread(inputs: Inputs) -> np.ndarray:
    """v, (n, n_known), as fractions of the range; never 0."""
    deviation = inputs.members - inputs.centre
    return np.sqrt((deviation**2).mean(axis=0)) + 1e-6


def trained_members(
    run: Run, n_members: int, *, seed: int = 0, n_jobs: int = 1, progress: Progress = silent
) -> list[Pipeline]:
    """Train the model of a run again, each member on a simulated data set of its own.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    n_members : int
        Number of models.
    seed : int
        Of the data sets and of the training.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    list of Pipeline, (n_members,)

    Raises
    ------
    InputError
        The signals of the run do not come from one preset.
    """
    preset, manifest = preset_of(run), run.manifest
    if preset is None:
        raise InputError(
            f"The signals of run {run.id} do not come from one preset, so no further members can "
            "be trained. Choose another method."
        )
    members = []
    for number in range(n_members):
        progress(number, n_members, f"training member {number + 1} of {n_members}")
        member_seed = FIRST_SEED + MEMBER_SEEDS + 1000 * seed + number
        dataset = generate(
            preset,
            min(N_MEMBER_CURVES, manifest.n_train),
            seed=member_seed,
            n_jobs=n_jobs,
            effects=effects_of(run),
            effects_seed=member_seed,
        )
        member = train(
            dataset,
            targets=run.targets,
            featurizer=manifest.featurizer,
            featurizer_options=manifest.featurizer_options,
            model=manifest.model,
            model_options=manifest.model_options,
            symmetries=bool(manifest.symmetries),
            split=TEST,
            seed=side_seed(seed, Purpose.ENSEMBLE_MEMBERS, number, bits=31),
            stream=False,
        )
        members.append(member.model)
    return members
