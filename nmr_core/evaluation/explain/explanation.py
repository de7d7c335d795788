"""The results of an explanation as frozen arrays, and as tables.

(n_outputs,) are the targets of a run, or the classes that it distinguishes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.evaluation.explain.importance import Group, groups_of


@dataclass(frozen=True)
class Importance:
    """Permutation importance on held-out curves, one row per group of features.

    Parameters
    ----------
    names : tuple of str, (n_groups,)
    channels : tuple of str, (n_groups,)
        "re", "im", "abs", "together" or "".
    settings : int array, (n_groups,)
        Number of the setting.
    support : int array, (n_groups, 2)
        First time point that a group depends on, and one past its last.
    timed : bool array, (n_groups,)
        Whether the group is a block of time, else one feature or a few in a row.
    measures : tuple of str, (n_measures,)
        Targets, or "weighted F1" and "log loss".
    values : float array, (n_groups, n_measures, n_repeats)
        Decrease of R² of a target; of classes decrease of F1, increase of the log loss.
    base : float array, (n_measures,)
        Score of the unshuffled curves: R², F1, log loss.
    n_curves : int
        Held-out curves.
    """

    names: tuple[str, ...]
    channels: tuple[str, ...]
    settings: np.ndarray
    support: np.ndarray
    timed: np.ndarray
    measures: tuple[str, ...]
    values: np.ndarray
    base: np.ndarray
    n_curves: int

    @property
    def mean(self) -> np.ndarray:
        """(n_groups, n_measures)."""
        return self.values.mean(axis=-1)

    @property
    def interval(self) -> np.ndarray:
        """95 % interval over the repeats, (n_groups, n_measures, 2)."""
        return np.moveaxis(np.percentile(self.values, [2.5, 97.5], axis=-1), 0, -1)


def importance_of(
    groups: Sequence[Group],
    measures: tuple[str, ...],
    values: np.ndarray,
    base: np.ndarray,
    n_curves: int,
) -> Importance:
    """An :class:`Importance` of these groups, with ``values`` (n_groups, n_measures, n_repeats)."""
    return Importance(
        tuple(group.name for group in groups),
        tuple(group.channel for group in groups),
        np.array([group.setting for group in groups]),
        np.array([group.support for group in groups]),
        np.array([group.timed for group in groups]),
        measures,
        values,
        base,
        n_curves,
    )


@dataclass(frozen=True)
class Impurity:
    """Fraction of the impurity that the splits of a tree model on a feature remove.

    Measured on the training curves.

    Parameters
    ----------
    outputs : tuple of str, (n_columns,)
        Targets if there are trees for each, else ("all targets",).
    values : float array, (n_features, n_columns)
        Each column sums to 1.
    """

    outputs: tuple[str, ...]
    values: np.ndarray


@dataclass(frozen=True)
class Sensitivity:
    """Slopes of the predictions by central differences.

    Parameters
    ----------
    outputs : tuple of str, (n_outputs,)
        Targets in their units, or probabilities of classes.
    samples : int array, (n_curves,)
        Held-out samples of the data set.
    edges : int array, (n_blocks + 1,)
        Time points at which blocks begin.
    slopes : float array, (n_curves, n_outputs, n_settings, 2, n_blocks)
        d prediction / d Re M(t) and d Im M(t), mean over a block.
    scale : float array, (n_outputs,)
        Width of the target's range, 1 of a probability.
    step : float
        By how much M was moved up and down (polarisation per spin).
    noise : float
        Noise of the curves from point to point.
    change : float
        Relative change of the slopes with half the step.
    smooth : bool
        Whether that is small, so that these are derivatives; else they are responses to this step.
    """

    outputs: tuple[str, ...]
    samples: np.ndarray
    edges: np.ndarray
    slopes: np.ndarray
    scale: np.ndarray
    step: float
    noise: float
    change: float
    smooth: bool

    def strength(self, part: str = "both") -> np.ndarray:
        """|d prediction / d M(t)| as a fraction of the target's range.

        Parameters
        ----------
        part : {"re", "im", "both"}
            "both": root of the sum of squares.

        Returns
        -------
        float array, (n_curves, n_outputs, n_settings, n_blocks)
        """
        if part in ("re", "im"):
            size = np.abs(self.slopes[:, :, :, ("re", "im").index(part)])
        else:
            size = np.linalg.norm(self.slopes, axis=3)
        return size / self.scale[:, None, None]


@dataclass(frozen=True)
class TopK:
    """Scores of the run's model, trained again on its k best features.

    Parameters
    ----------
    ranked_by : str
        How the features were ranked, in words; always on training curves only.
    order : int array, (n_features,)
        Best first.
    k : int array, (n_k,)
    measures : tuple of str, (n_measures,)
        Targets (R²), or "weighted F1".
    scores : float array, (n_k, n_measures, 3)
        Value and its 95 % interval (bootstrap over test curves).
    baseline : float array, (n_measures,)
        Score of the mean predictor, or of the most frequent class.
    n_train : int
        Training curves of each model.
    """

    ranked_by: str
    order: np.ndarray
    k: np.ndarray
    measures: tuple[str, ...]
    scores: np.ndarray
    baseline: np.ndarray
    n_train: int


@dataclass(frozen=True)
class Explanation:
    """Everything that :func:`explain` computes about a run.

    Parameters
    ----------
    run, run_created, dataset, task : str
        Which run.
    time : float array, (n_times,)
        µs.
    echo : float array, (3, n_settings, n_times)
        Mean, 5 % and 95 % of |M| over held-out curves.
    features : tuple of str, (n_features,)
    support : int array, (n_features, 2)
        First time point that a feature depends on, and one past the last.
    importance, impurity, sensitivity, top_k
        None where a part was not computed, or does not exist for the model.
    owner : str
        Who computed it, "" if unknown.
    """

    run: str
    run_created: str
    dataset: str
    task: str
    time: np.ndarray
    echo: np.ndarray
    features: tuple[str, ...]
    support: np.ndarray
    seed: int
    seconds: float
    importance: Importance | None = None
    impurity: Impurity | None = None
    sensitivity: Sensitivity | None = None
    top_k: TopK | None = None
    versions: dict[str, str] = field(default_factory=dict)
    owner: str = ""

    def splits(self) -> Importance:
        """Impurity importance by groups, in the form of the permutation importance.

        Each group has the sum of its features.

        Raises
        ------
        InputError
            The model has no trees.
        """
        if self.impurity is None:
            raise InputError(
                f"The run {self.run} has no impurity importance: its model has no trees."
            )
        groups = groups_of(self.support, self.features)
        values = np.array([self.impurity.values[group.columns].sum(axis=0) for group in groups])
        outputs = self.impurity.outputs
        return importance_of(groups, outputs, values[..., None], np.zeros(len(outputs)), 0)


def importance_table(explanation: Explanation, importance: Importance) -> pd.DataFrame:
    """Permutation importance as a table.

    Columns: group, channel, setting, first_us, last_us, measure, mean, low, high (95 % interval
    over the repeats).
    """
    time, n = explanation.time, len(importance.measures)
    mean, interval = importance.mean, importance.interval
    wide = {
        "group": importance.names,
        "channel": importance.channels,
        "setting": importance.settings,
        "first_us": time[importance.support[:, 0]],
        "last_us": time[importance.support[:, 1] - 1],
    }
    table = pd.DataFrame({name: np.repeat(np.asarray(values), n) for name, values in wide.items()})
    return table.assign(
        measure=np.tile(importance.measures, len(importance.names)),
        mean=mean.ravel(),
        low=interval[..., 0].ravel(),
        high=interval[..., 1].ravel(),
    )


def sensitivity_table(explanation: Explanation, sensitivity: Sensitivity) -> pd.DataFrame:
    """Sensitivity as a table, mean over the curves.

    Columns: output, setting, first_us, last_us, and re, im, both: |slope| as a fraction of the
    target's range per unit of M.
    """
    n_settings, n_blocks = sensitivity.slopes.shape[2], len(sensitivity.edges) - 1
    keys = [sensitivity.outputs, range(n_settings), range(n_blocks)]
    table = pd.MultiIndex.from_product(keys, names=["output", "setting", "block"]).to_frame(
        index=False
    )
    blocks = table.pop("block").to_numpy()
    table["first_us"] = explanation.time[sensitivity.edges[blocks]]
    table["last_us"] = explanation.time[sensitivity.edges[blocks + 1] - 1]
    return table.assign(
        **{part: sensitivity.strength(part).mean(axis=0).ravel() for part in ("re", "im", "both")}
    )


def top_k_table(top_k: TopK) -> pd.DataFrame:
    """Scores on the k best features as a table.

    Columns: k, measure, score, low, high (95 % interval), baseline.
    """
    n = len(top_k.measures)
    return pd.DataFrame(
        {
            "k": np.repeat(top_k.k, n),
            "measure": np.tile(top_k.measures, len(top_k.k)),
            "score": top_k.scores[..., 0].ravel(),
            "low": top_k.scores[..., 1].ravel(),
            "high": top_k.scores[..., 2].ravel(),
            "baseline": np.tile(top_k.baseline, len(top_k.k)),
        }
    )
