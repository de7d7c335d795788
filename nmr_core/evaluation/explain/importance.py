"""Importance of features: by permutation, and by the impurity that decision trees remove.

Neighbouring points of a curve carry nearly the same information, so shuffling one of them changes
little: points are shuffled in blocks of time, other features one by one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.evaluation.explain.held_out import batches
from nmr_core.progress import Progress, silent

N_BLOCKS = 40
"""Blocks of time over the whole curve."""
NARROW = 3
"""Most time points that a feature may depend on to count as a point of the curve."""
MAX_GROUPS = 300
"""Most groups of other features; more of them are shuffled a few at a time."""
CALL_BYTES = 64e6
"""Size of the features that one call of the model gets."""
_NAME = re.compile(r"(?:s(?P<setting>\d+)__)?(?P<kind>.+?)__(?P<channel>re|im|abs)__(?P<what>.+)")


@dataclass(frozen=True)
class Group:
    """Features that are shuffled together.

    Parameters
    ----------
    name : str
        Display text.
    channel : str
        "re", "im", "abs", "together", or "" where a feature has none.
    setting : int
        Number of the setting.
    columns : int array
        Of the features.
    support : (int, int)
        First time point that they depend on, and one past the last.
    timed : bool
        Whether the group is a block of time.
    """

    name: str
    channel: str
    setting: int
    columns: np.ndarray
    support: tuple[int, int]
    timed: bool


def setting_and_channel(name: str) -> tuple[int, str]:
    """Number of the setting, and channel ("re", "im", "abs" or ""), of a feature's name."""
    match = _NAME.match(name)
    return (int(match["setting"] or 0), match["channel"]) if match else (0, "")


def _kind(name: str) -> str:
    """ "polynomial" of "s0__polynomial__re__4_0__x1"."""
    return re.sub(r"^s\d+__", "", name).partition("__")[0]


def groups_of(
    support: np.ndarray, names: Sequence[str] | np.ndarray, n_blocks: int = N_BLOCKS
) -> list[Group]:
    """Groups of features that are shuffled together.

    Features that are points of the curve are grouped into blocks of time, of all channels together
    and of each channel alone; other features stand alone.

    Parameters
    ----------
    support : int array, (n_features, 2)
        First time point that a feature depends on, and one past the last.
    names : sequence of str, (n_features,)
        Names of the features, in the order of the columns.
    n_blocks : int
        Over the whole curve.
    """
    labels = np.asarray(names, dtype=object)
    kinds = np.array([_kind(name) for name in labels])
    wide = support[:, 1] - support[:, 0] > NARROW
    # A featurizer with one wide feature is none of points, whatever its others are
    narrow = ~np.isin(kinds, kinds[wide])
    blocks = _blocks(support, labels, np.flatnonzero(narrow), n_blocks)
    return blocks + _single(support, labels, np.flatnonzero(~narrow))


def _blocks(
    support: np.ndarray, names: np.ndarray, narrow: np.ndarray, n_blocks: int
) -> list[Group]:
    """Blocks of time of the features ``narrow``."""
    if not len(narrow):
        return []
    first, last = support[narrow, 0].min(), support[narrow, 1].max()
    width = -(-(last - first) // n_blocks)
    block_of = (support[narrow].mean(axis=1) - first) // width
    marks = [setting_and_channel(names[column]) for column in narrow]
    settings = np.array([setting for setting, _ in marks])
    channels = np.array([channel for _, channel in marks])
    groups = []
    for setting in np.unique(settings):
        of_setting = settings == setting
        own = list(dict.fromkeys(channels[of_setting].tolist()))
        for channel in ["together", *own] if len(own) > 1 else own:
            of_channel = of_setting & ((channels == channel) | (channel == "together"))
            for block in np.unique(block_of[of_setting]):
                columns = narrow[of_channel & (block_of == block)]
                if len(columns):
                    start, stop = _range(support, columns)
                    name = f"points {start}:{stop}"
                    group = Group(name, channel, int(setting), columns, (start, stop), True)
                    groups.append(group)
    return groups


def _single(support: np.ndarray, names: np.ndarray, wide: np.ndarray) -> list[Group]:
    """The features ``wide``, one by one, or a few together if there are many."""
    groups = []
    for columns in np.array_split(wide, min(len(wide), MAX_GROUPS)) if len(wide) else []:
        setting, channel = setting_and_channel(names[columns[0]])
        name = str(names[columns[0]])
        if len(columns) > 1:
            name += f" … {names[columns[-1]]}"
        groups.append(Group(name, channel, setting, columns, _range(support, columns), False))
    return groups


def _range(support: np.ndarray, columns: np.ndarray) -> tuple[int, int]:
    return int(support[columns, 0].min()), int(support[columns, 1].max())


def permuted(
    predict: Callable[[np.ndarray], np.ndarray],
    features: np.ndarray,
    loss: Callable[[np.ndarray], np.ndarray],
    groups: Sequence[Group],
    *,
    n_repeats: int = 5,
    seed: int = 0,
    progress: Progress = silent,
) -> np.ndarray:
    """Permutation importance: the increase of the loss when the features of a group are shuffled.

    Parameters
    ----------
    predict : callable
        Features (n, n_features) -> outputs (n, n_outputs).
    features : float32 array, (n_samples, n_features)
        Of held-out curves.
    loss : callable
        Outputs (n_samples, n_outputs) -> (n_measures,).
    groups : sequence of Group
        Features that are shuffled together.
    n_repeats : int
        Shuffles of each group.
    seed : int
        Seed of the random numbers.
    progress : Progress
        Called with (done, total, message).

    Returns
    -------
    float array, (n_groups, n_measures, n_repeats)

    Notes
    -----
    loss(f(X with shuffled columns)) - loss(f(X)). All groups are shuffled by the same permutations,
    so that groups are compared without that noise.

    References
    ----------
    Breiman, Machine Learning 45, 5 (2001).
    """
    rng, n = np.random.default_rng(seed), len(features)
    orders = [rng.permutation(n) for _ in range(n_repeats)]
    base = loss(predict(features))
    values = np.zeros((len(groups), len(base), n_repeats))
    per_call = max(1, int(CALL_BYTES / features.nbytes))
    done = 0
    for work in batches(list(product(range(len(groups)), range(n_repeats))), per_call):
        stack = np.repeat(features[None], len(work), axis=0)
        for shuffled, (group, repeat) in zip(stack, work, strict=True):
            columns = groups[group].columns
            shuffled[:, columns] = features[np.ix_(orders[repeat], columns)]
        outputs = predict(stack.reshape(-1, features.shape[1]))
        for output, (group, repeat) in zip(outputs.reshape(len(work), n, -1), work, strict=True):
            values[group, :, repeat] = loss(output) - base
        done += len(work)
        progress(done, len(groups) * n_repeats, "shuffling features")
    return values


def tree_importances(
    model: BaseEstimator, targets: tuple[str, ...]
) -> tuple[tuple[str, ...], np.ndarray] | None:
    """Importance of each feature for the splits of decision trees, summing to 1 per column.

    Returns
    -------
    (tuple of str, float array (n_features, n_columns)) or None
        Names of the columns: ("all targets",) of a forest for all targets, the targets of a
        composite with one forest per target. None for a model without trees.
    """
    model = getattr(model, "steps", [(None, model)])[-1][1]
    if hasattr(model, "feature_importances_"):
        return ("all targets",), np.asarray(model.feature_importances_, dtype=float)[:, None]
    several = getattr(model, "estimators_", ())
    if len(several) != len(targets):
        return None
    if not all(hasattr(one, "feature_importances_") for one in several):
        return None
    columns = [one.feature_importances_ for one in several]
    return tuple(targets), np.stack(columns, axis=1).astype(float)
