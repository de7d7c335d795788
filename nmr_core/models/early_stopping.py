"""What networks for numbers and for classes share: their training until the best epoch."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.errors import InputError
from nmr_core.models.blocks import Block, Blocks, Keeper, State
from nmr_core.models.dense import ACTIVATIONS, DenseNetwork
from nmr_core.models.grouped import hold_out
from nmr_core.models.training import SCHEDULES, Plan, Training


class EarlyStoppingNetwork(BaseEstimator):
    """A network in single precision with the weights of its best validation epoch.

    Parameters are those of :class:`nmr_core.models.mlp.EarlyStoppingMLP`; subclasses scale the
    features and turn targets into what the network is trained on.

    Attributes
    ----------
    network_ : DenseNetwork
    curve_ : (n_epochs, 2)
        Training loss and validation error per epoch.
    best_epoch_ : int
    """

    LOSS = "square"
    hidden: Sequence[int]
    learning_rate: float
    weight_decay: float
    max_epochs: int
    patience: int
    validation_fraction: float
    random_state: int
    schedule: str
    gain: float
    activation: str
    batch_size: int
    n_features_in_: int
    n_train_: int

    def split(
        self,
        n_samples: int,
        groups: np.ndarray | None = None,
        labels: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Shuffled indices of the samples to fit on, and of those that decide when to stop."""
        return hold_out(
            n_samples, self.validation_fraction, groups, labels=labels, seed=self.random_state
        )

    def scaled(self, X: np.ndarray) -> np.ndarray:
        """Features in the units of the network, float32."""
        raise NotImplementedError

    def _check(self) -> None:
        for name, kinds in (("schedule", SCHEDULES), ("activation", ACTIVATIONS)):
            value = getattr(self, name)
            if value not in kinds:
                raise InputError(
                    f"{name} must be one of {', '.join(kinds)}; got {str(value)[:60]!r}."
                )

    def epochs(self, n_samples: int) -> int:
        """Passes over so many samples, at most."""
        return self.max_epochs

    def samples_per_update(self, n: int) -> int:
        """Samples per update of a training on n."""
        automatic = int(np.clip(n // 128, 16, 256))
        return min(n, self.batch_size or automatic)

    def _training(self, n_outputs: int, n_epochs: int, first: int, total: int) -> Training:
        """A new network, and how it is to be trained; ``first`` of ``total`` epochs come before."""
        sizes = (self.n_features_in_, *self.hidden, n_outputs)
        network = DenseNetwork(
            sizes, self.weight_decay, self.gain, self.activation, self.random_state, self.LOSS
        ).start()
        plan = Plan(
            n_epochs,
            self.patience,
            self.samples_per_update(self.n_train_),
            self.n_train_,
            self.learning_rate,
            self.schedule,
            self.random_state,
            first,
            total,
        )
        return Training(network, plan, self.scaled)

    def _run(
        self,
        training: Training,
        blocks: tuple[Blocks, Blocks],
        keeper: Keeper,
        state: State,
        constant: State,
    ) -> None:
        """Train to the end, from a state if there is one; learn the network and its curve.

        ``blocks`` are those to fit on and those that decide when to stop; ``constant`` is stored
        with every state.
        """
        if state:
            training.set_state(state)
        train, valid = (InUnits(part, self._in_units) for part in blocks)
        training.run(
            train, valid, lambda over: keeper.save(lambda: constant | training.state(), over)
        )
        training.network.finish()
        self.network_ = training.network
        self.curve_ = np.array(training.curve)
        self.best_epoch_ = training.best_epoch

    def _in_units(self, y: np.ndarray) -> np.ndarray:
        """Targets as the network is trained on, float32 (n, n_outputs)."""
        raise NotImplementedError


class InUnits:
    """Blocks with targets in the units of a network.

    Parameters
    ----------
    blocks : Blocks
    in_units : callable
        Targets -> float32 (n, n_outputs).
    """

    def __init__(self, blocks: Blocks, in_units: Callable[[np.ndarray], np.ndarray]):
        self.blocks = blocks
        self.in_units = in_units

    def epoch(self, number: int, skip: int = 0) -> Iterator[Block]:
        """Return the blocks of a pass, without the first ``skip``."""
        for X, y, weight, _ in self.blocks.epoch(number, skip):
            yield Block(X, self.in_units(y), weight)


def no_sample() -> InputError:
    """The error for blocks without rows."""
    return InputError("A network has no sample to learn from. Use more, or fewer members.")
