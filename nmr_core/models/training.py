"""The training of a network: passes over blocks, early stopping, and a state to continue from."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from nmr_core.models.blocks import Block, Blocks, State
from nmr_core.models.dense import DenseNetwork
from nmr_core.progress import publish, report

SCHEDULES: dict[str, Callable[[float], float]] = {
    "cosine": lambda share: 0.5 * (1 + np.cos(np.pi * share)),
    "constant": lambda share: 1.0,
}
"""Learning rate over the initial one, as a function of epoch / max_epochs."""
FINE = 1000
"""Steps of progress per epoch."""


@dataclass(frozen=True)
class Plan:
    """How a network is trained.

    Parameters
    ----------
    n_epochs, patience : int
        Training ends after ``patience`` epochs without improvement.
    batch_size, n_train : int
        Samples per update, and in all.
    learning_rate : float
        Initial.
    schedule : str
        A key of :data:`SCHEDULES`.
    seed : int
        Of the order of the samples.
    first, total : int
        Epochs before this training, and in all trainings, for the progress.
    """

    n_epochs: int
    patience: int
    batch_size: int
    n_train: int
    learning_rate: float
    schedule: str
    seed: int
    first: int = 0
    total: int = 1


@dataclass
class Training:
    """A network while it is trained; ``scaled(X)`` are features in its units.

    ``epoch`` and ``block`` are those that come next; ``loss`` and ``rows`` are sums over the blocks
    of this epoch. ``lowest`` are the lowest errors of each target.
    """

    network: DenseNetwork
    plan: Plan
    scaled: Callable[[np.ndarray], np.ndarray]
    epoch: int = 0
    block: int = 0
    loss: float = 0.0
    rows: int = 0
    best: float = np.inf
    best_epoch: int = 0
    best_numbers: np.ndarray = field(default_factory=lambda: np.empty(0, np.float32))
    lowest: np.ndarray = field(default_factory=lambda: np.array(np.inf))
    curve: list[list[float]] = field(default_factory=list)

    def run(self, train: Blocks, valid: Blocks, save: Callable[[bool], None]) -> None:
        """Train to the end; afterwards the network has the weights of its best epoch.

        Parameters
        ----------
        train, valid : Blocks
            Targets in the units of the network.
        save : callable
            Called where the training can be continued from, after every block, with whether this
            is the end.
        """
        while not self.is_over:
            for block in train.epoch(self.epoch, self.block):
                self._learn(block)
                if self.rows < self.plan.n_train:
                    self._tell()
                save(False)
            self._end_epoch(self._errors(valid))
            save(self.is_over)
        self.network.numbers_ = self.best_numbers

    @property
    def is_over(self) -> bool:
        """Whether all epochs are done, or the last ones brought nothing."""
        last = self.epoch - 1
        return last + 1 >= self.plan.n_epochs or (
            last >= 0 and last - self.best_epoch >= self.plan.patience
        )

    def _learn(self, block: Block) -> None:
        plan = self.plan
        rate = plan.learning_rate * SCHEDULES[plan.schedule](self.epoch / plan.n_epochs)
        order = np.random.default_rng([plan.seed, self.epoch, self.block]).permutation(len(block.X))
        for start in range(0, len(order), plan.batch_size):
            rows = order[start : start + plan.batch_size]
            loss = self.network.update(self.scaled(block.X[rows]), block.y[rows], rate)
            self.loss += loss * len(rows)
        self.rows += len(order)
        self.block += 1

    def _end_epoch(self, errors: np.ndarray) -> None:
        mean = float(errors.mean())
        self.curve.append([self.loss / self.rows, mean])
        self.lowest = np.minimum(self.lowest, errors)
        if mean < self.best or not self.epoch:
            self.best, self.best_epoch = mean, self.epoch
            self.best_numbers = self.network.numbers_.copy()
        self.epoch, self.block, self.loss, self.rows = self.epoch + 1, 0, 0.0, 0
        publish("curve", self.curve)
        self._tell()

    def _errors(self, blocks: Blocks) -> np.ndarray:
        """Mean error of each output, or the log loss, weighted where blocks have weights."""
        total, n = np.zeros(1), 0.0
        for X, y, weight, _ in blocks.epoch(0):
            errors = self.network.errors(self.scaled(X), y)
            total = total + (errors.sum(axis=0) if weight is None else weight @ errors)
            n += len(X) if weight is None else float(weight.sum())
        return total / n

    def _tell(self) -> None:
        """Report the progress, with the newest validation error."""
        within = min(FINE - 1, FINE * self.rows // max(1, self.plan.n_train))
        done = FINE * (self.plan.first + self.epoch) + within
        number = min(self.epoch + (self.block > 0), self.plan.n_epochs)
        error = f", validation error {self.curve[-1][1]:.4f}" if self.curve else ""
        report(done, FINE * self.plan.total, f"epoch {number}{error}")

    def state(self) -> State:
        """Everything that :meth:`set_state` needs."""
        network = self.network
        moments, n_steps = network.adam_.moments, network.adam_.n_steps
        numbers = {"numbers": network.numbers_, "adam": moments, "best": self.best_numbers}
        counts = [self.epoch, self.block, self.rows, self.best_epoch, n_steps]
        return numbers | {
            "counts": np.array(counts, dtype=np.int64),
            "sums": np.array([self.loss, self.best]),
            "lowest": self.lowest,
            "curve": np.array(self.curve).reshape(-1, 2),
        }

    def set_state(self, state: State) -> None:
        """Continue where :meth:`state` was taken."""
        *counts, n_steps = map(int, state["counts"])
        self.epoch, self.block, self.rows, self.best_epoch = counts
        self.network.continue_from(state["numbers"], state["adam"], n_steps)
        self.loss, self.best = map(float, state["sums"])
        self.best_numbers, self.lowest = state["best"], state["lowest"]
        self.curve = state["curve"].tolist()
