"""An ensemble of networks that are trained on different samples; their spread is kept."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted

from nmr_core.models._entry import ModelEntry
from nmr_core.models._options import whole
from nmr_core.models.blocks import Block, Blocks, Forgetful, Keeper, State, as_blocks
from nmr_core.models.dense import ACTIVATIONS
from nmr_core.models.early_stopping import EarlyStoppingNetwork
from nmr_core.models.grouped import part_of_work
from nmr_core.models.mlp import EarlyStoppingMLP
from nmr_core.models.networks import ANY_SIZE, TRAINING, classifier, network
from nmr_core.parameters import Parameter, ParameterSpace

DRAWS = ("bootstrap", "disjoint", "same")


class _Members(BaseEstimator):
    """Networks with different initial weights, each trained on samples of its own.

    Parameters
    ----------
    member : EarlyStoppingNetwork
        Unfitted; members count its ``random_state`` up.
    n_members : int
    draw : str
        "bootstrap": every sample Poisson(1) times; "disjoint": every sample for one member;
        "same": all samples for all.

    Attributes
    ----------
    members_ : list of EarlyStoppingNetwork
        Fitted.
    curve_ : float array (n_epochs, 2)
        Mean of the members' curves, over the epochs that all have.
    """

    def __init__(
        self,
        member: EarlyStoppingNetwork | None = None,
        n_members: int = 5,
        draw: str = "bootstrap",
    ):
        self.member = member
        self.n_members = n_members
        self.draw = draw

    @property
    def validation_fraction(self) -> float:
        """Share of the samples that decides when to stop."""
        return self._member.validation_fraction

    def epochs(self, n_samples: int) -> int:
        """Passes of all members together over so many samples, at most."""
        if self.draw == "disjoint":
            return self._member.epochs(n_samples // self.n_members)
        return self.n_members * self._member.epochs(n_samples)

    @property
    def _member(self) -> EarlyStoppingNetwork:
        return self.member or EarlyStoppingMLP()

    def split(
        self,
        n_samples: int,
        groups: np.ndarray | None = None,
        labels: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Shuffled indices of the samples to fit on, and of those that decide when to stop."""
        return self._member.split(n_samples, groups, labels)

    def _fit(
        self,
        X: np.ndarray,
        y: np.ndarray,
        groups: np.ndarray | None,
        labels: np.ndarray | None = None,
    ):
        """Fit all members; rows of one group count as one sample."""
        X = np.asarray(X, dtype=np.float32)
        train, valid = self.split(len(X), groups, labels)
        samples = np.arange(len(X)) if groups is None else np.asarray(groups)
        return self.fit_batches(
            [Block(X[train], y[train], None, samples[train])], [Block(X[valid], y[valid])]
        )

    def fit_batches(
        self, train: Blocks | Iterable, valid: Blocks | Iterable, keeper: Keeper | None = None
    ):
        """Fit all members, one after the other; arguments as of a single network."""
        train, valid = as_blocks(train), as_blocks(valid)
        states = _States(keeper or Forgetful())

        def fit(member: EarlyStoppingNetwork, k: int) -> EarlyStoppingNetwork:
            return member.fit_batches(Drawn(train, self._times(k)), valid, states.of(k))

        self.members_, self.curve_ = fit_members(self._member, self.n_members, fit)
        self.n_features_in_ = self.members_[0].n_features_in_
        return self

    def _times(self, k: int) -> Callable[[np.ndarray], np.ndarray]:
        """How often member k sees each sample, from the numbers of the samples."""
        n, seed = self.n_members, self._member.random_state
        if self.draw == "disjoint":
            return lambda samples: (samples % n == k).astype(int)
        if self.draw == "same":
            return lambda samples: np.ones(len(samples), dtype=int)
        return lambda samples: np.searchsorted(POISSON, uniform(samples, seed + 1000 * (k + 1)))


def fit_members(
    member: EarlyStoppingNetwork,
    n_members: int,
    fit: Callable[[EarlyStoppingNetwork, int], EarlyStoppingNetwork],
) -> tuple[list[EarlyStoppingNetwork], np.ndarray]:
    """Fit networks with different initial weights, one after the other.

    Parameters
    ----------
    member : EarlyStoppingNetwork
        Unfitted; members count its ``random_state`` up.
    n_members : int
        Number of networks.
    fit : callable
        Fits the unfitted member of a number.

    Returns
    -------
    members : list of EarlyStoppingNetwork
        Fitted.
    curve : float array (n_epochs, 2)
        Mean of the members' curves, over the epochs that all have.
    """
    members = []
    for k in range(n_members):
        one = clone(member)
        one.random_state += k
        with part_of_work(k, n_members, f"member {k + 1} of {n_members}"):
            members.append(fit(one, k))
    n_epochs = min(len(one.curve_) for one in members)
    return members, np.mean([one.curve_[:n_epochs] for one in members], axis=0)


class NetworkEnsemble(RegressorMixin, _Members):
    """Mean of networks, and their spread; parameters as of :class:`_Members`.

    References
    ----------
    Lakshminarayanan, Pritzel & Blundell, NeurIPS (2017).
    """

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit all members to X (n_samples, n_features), y (n_samples,) or (n_samples, n_targets).

        Rows of one group count as one sample.
        """
        return self._fit(X, np.asarray(y, dtype=float), groups)

    def predictions(self, X: np.ndarray) -> np.ndarray:
        """Predictions of each member, float64 (n_members, n_samples, n_targets) or (.., n)."""
        check_is_fitted(self, "members_")
        return np.stack([member.predict(X) for member in self.members_])

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Mean of the members, in the units of the targets, with the shape of ``y`` in ``fit``."""
        return self.predictions(X).mean(axis=0)

    def predict_spread(self, X: np.ndarray) -> np.ndarray:
        """Standard deviation of the members' predictions, shaped as they are."""
        return self.predictions(X).std(axis=0, ddof=1)


class NetworkEnsembleClassifier(ClassifierMixin, _Members):
    """Mean of the probabilities of networks; parameters as of :class:`_Members`.

    Attributes
    ----------
    classes_ : array (n_classes,)
    """

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit all members to X (n_samples, n_features) and labels y (n_samples,).

        Rows of one group count as one sample.
        """
        y = np.asarray(y).ravel()
        return self._fit(X, y, groups, y)

    @property
    def classes_(self) -> np.ndarray:
        """All classes that a member knows."""
        return np.unique(np.concatenate([member.classes_ for member in self.members_]))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "members_")
        classes = self.classes_
        total = np.zeros((len(X), len(classes)))
        for member in self.members_:
            total[:, np.searchsorted(classes, member.classes_)] += member.predict_proba(X)
        return total / len(self.members_)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class Drawn:
    """Blocks with every sample as often as ``times(samples)`` says."""

    def __init__(self, blocks: Blocks, times: Callable[[np.ndarray], np.ndarray]):
        self.blocks = blocks
        self.times = times

    def epoch(self, number: int, skip: int = 0) -> Iterator[Block]:
        """Return the blocks of a pass, without the first ``skip``."""
        return self._drawn(self.blocks.epoch(number, skip))

    def _drawn(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for X, y, weight, samples in blocks:
            numbers = np.arange(len(X)) if samples is None else samples
            rows = np.repeat(np.arange(len(X)), self.times(numbers))
            if not len(rows):
                continue
            yield Block(X[rows], y[rows], None if weight is None else weight[rows], numbers[rows])


POISSON = np.cumsum(np.exp(-1) / np.cumprod([1, *range(1, 15)]))
"""Distribution function of Poisson(1)."""


def uniform(samples: np.ndarray, seed: int) -> np.ndarray:
    """A number in [0, 1) for every sample, the same for the same sample (SplitMix64).

    References
    ----------
    Steele, Lea & Flood, OOPSLA (2014).
    """
    with np.errstate(over="ignore"):
        z = samples.astype(np.int64).view(np.uint64) + np.uint64(seed) * np.uint64(2**32 + 15)
        z = z * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(float) / 2**53


class _States:
    """The states of all members in one keeper, under "<member>.<name>"."""

    def __init__(self, keeper: Keeper):
        self.keeper = keeper
        self.all = keeper.load()

    def of(self, k: int) -> "_MemberKeeper":
        """Return the keeper of a member."""
        return _MemberKeeper(self, f"{k}.")


class _MemberKeeper:
    def __init__(self, states: _States, prefix: str):
        self.states = states
        self.prefix = prefix

    def load(self) -> State:
        n = len(self.prefix)
        return {k[n:]: v for k, v in self.states.all.items() if k.startswith(self.prefix)}

    def save(self, state: Callable[[], State], at_once: bool = False) -> None:
        if at_once:
            self._take(state())
        self.states.keeper.save(lambda: self.states.all | self._take(state()), at_once)

    def _take(self, state: State) -> State:
        """Remember a copy: the arrays of a member that goes on change in place."""
        own = {f"{self.prefix}{name}": np.copy(value) for name, value in state.items()}
        self.states.all |= own
        return own


def _ensemble(kind: type[_Members], build: Callable[..., Any]) -> Callable[..., _Members]:
    """Builder of an ensemble of networks that ``build`` makes."""

    def built(seed: int, n_members: int = 5, draw: str = DRAWS[0], **options: Any) -> _Members:
        return kind(build(seed, **options), n_members, draw)

    return built


ENTRIES = (
    ModelEntry(
        "ensemble",
        "Ensemble of networks",
        "Mean of neural networks with other initial weights and samples each; where they disagree, "
        "the estimate is unsure.",
        _ensemble(NetworkEnsemble, network),
        ParameterSpace(
            (
                whole("n_members", "members", 2, 20, 5, "Number of networks."),
                Parameter(
                    "draw",
                    "samples of a member",
                    "",
                    0,
                    1,
                    DRAWS[0],
                    values=DRAWS,
                    description="bootstrap: as many samples as there are, drawn with repetition; "
                    "disjoint: each sample for one member; same: all for all.",
                ),
                Parameter(
                    "activation",
                    "units",
                    "",
                    0,
                    1,
                    "relu",
                    values=tuple(ACTIVATIONS),
                    description="relu: with a kink at 0; silu: smooth.",
                ),
                *ANY_SIZE,
                *TRAINING,
            )
        ),
        family="ensembles",
        classify=_ensemble(NetworkEnsembleClassifier, classifier),
    ),
)
