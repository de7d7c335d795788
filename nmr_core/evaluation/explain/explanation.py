"""What was found out about a run, as frozen arrays; (n_outputs,) are its targets, or the classes it tells apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nmr_core.evaluation.explain.importance import Group, groups_of


@dataclass(frozen=True)
class Importance:
    """HeldOut-out permutation importance, one row per group of features that were shuffled together.

    names, channels, settings : (n_groups,) recipe name; "re", "im", "abs", "together" or "" ; number of the setting
    support  : int (n_groups, 2), first time point that a group looks at and one past its last
    timed    : bool (n_groups,), whether the group is a block of time (else a single feature, or a few in a row)
    measures : (n_measures,) what became worse: targets, or "weighted F1" and "log loss"
    values   : (n_groups, n_measures, n_repeats), the drop of R² of a target; for classes the drop of F1, the rise of the loss
    base     : (n_measures,) the score of the untouched curves: R², F1, loss
    n_curves : held-out curves that were used
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
    """Share of the impurity that a tree model's splits on a feature took away, on its training curves.

    outputs : (n_columns,) targets if there are trees for each, else ("all targets",)
    values  : (n_features, n_columns), each column sums to 1
    """

    outputs: tuple[str, ...]
    values: np.ndarray


@dataclass(frozen=True)
class Sensitivity:
    """Slopes of the predictions by central differences: what one point of one curve does to them.

    outputs : (n_outputs,) targets in their units, or classes (their probability)
    samples : int (n_curves,) of the data set, all held out
    edges   : int (n_blocks + 1,), time points where blocks begin
    slopes  : (n_curves, n_outputs, n_settings, 2, n_blocks), d prediction / d Re M(t) and d Im M(t), the mean over a block
    scale   : (n_outputs,) width of the target's range, 1 for a probability
    step    : by how much M was moved up and down (polarisation per spin)
    change  : by how much half the step changes the slopes (share of their size)
    smooth  : whether that is little, so that these are derivatives; else they are answers to a step of this size
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
        """|d prediction / d M(t)| as a share of the target's range: (n_curves, n_outputs, n_settings, n_blocks). ``part``:
        "re", "im", or "both" (root of the sum of squares)."""
        wanted = {"re": self.slopes[:, :, :, 0], "im": self.slopes[:, :, :, 1]}
        size = np.abs(wanted[part]) if part in wanted else np.linalg.norm(self.slopes, axis=3)
        return size / self.scale[:, None, None]


@dataclass(frozen=True)
class TopK:
    """The run's model, trained again on its k best features and tested on the held-out part.

    ranked_by : how the features were ordered, in words; always on training curves only
    order     : int (n_features,), best first
    k         : int (n_k,)
    measures  : (n_measures,) targets (R²), or "weighted F1"
    scores    : (n_k, n_measures, 3), value and its 95 % interval (bootstrap over test curves)
    baseline      : (n_measures,), the score of a model that ignores the curve
    n_train   : curves that each of the models learned from
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
    """What a run looked at. A part that was not asked for (or that the model does not have) is None.

    run, run_created, dataset, task : which run
    time     : µs, (n_times,)
    echo     : (3, n_settings, n_times), mean, 5 % and 95 % of |M| over held-out curves
    features : (n_features,) names; support : int (n_features, 2), the time points that they look at
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

    def splits(self) -> Importance:
        """The impurity importance by the same groups as the other one (each the sum of its features), to be drawn alike."""
        groups = groups_of(self.support, self.features)
        values = np.array([self.impurity.values[group.columns].sum(axis=0) for group in groups])
        return importance_of(
            groups,
            self.impurity.outputs,
            values[..., None],
            np.zeros(len(self.impurity.outputs)),
            0,
        )


def importance_table(explanation: Explanation, importance: Importance) -> pd.DataFrame:
    """group, channel, setting, first_us, last_us, measure, mean, low, high (95 % over the repeats)."""
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
    """output, setting, first_us, last_us, re, im, both: mean over the curves of |slope| as a share of the range per unit of M."""
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
    """k, measure, score, low, high (95 %), baseline."""
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
