"""The training loop (skorch's, one epoch at a time) and what surrounds it: schedule, stopping, best weights, progress."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_core.progress import publish, report


@dataclass(frozen=True)
class Trained:
    """What a training leaves behind, without any type of PyTorch.

    weights : name -> array, of the best epoch (counted from 0)
    curve   : training loss and validation error per epoch, (n_epochs, 2)
    lowest  : lowest validation error of each output in any epoch (one number for a classifier)
    """

    weights: dict[str, np.ndarray]
    curve: np.ndarray
    best_epoch: int
    lowest: np.ndarray


class Batches:
    """Shuffled (or not) batches of a skorch data set, sliced at once instead of row by row as PyTorch's loader does.

    A last batch of a single row is left out while shuffling: batch normalisation has no spread of one row.
    """

    def __init__(self, dataset: Any, batch_size: int, shuffle: bool = False):
        import torch

        self.X, self.y = torch.as_tensor(dataset.X), torch.as_tensor(dataset.y)
        self.batch_size, self.shuffle = batch_size, shuffle

    def __len__(self) -> int:
        return -(-(len(self.X) - self._skipped) // self.batch_size)

    @property
    def _skipped(self) -> int:
        return int(self.shuffle and len(self.X) > 1 and len(self.X) % self.batch_size == 1)

    def __iter__(self):
        import torch

        order = torch.randperm(len(self.X)) if self.shuffle else torch.arange(len(self.X))
        for rows in order[: len(self.X) - self._skipped].split(self.batch_size):
            yield self.X[rows], self.y[rows]


def train_network(
    network: Any,
    module: Any,
    train: Any,
    valid: Any,
    *,
    device: str,
    max_epochs: int,
    learning_rate: float,
    weight_decay: float,
    batch_size: int,
    patience: int,
    trial: int = 0,
    hopeless: np.ndarray | None = None,
) -> Trained:
    """Train ``module`` on ``train`` and keep the epoch that is best on ``valid``.

    train, valid : (X float32 (n_samples, n_channels, n_times), goal (n_samples, n_outputs) or class numbers (n_samples,))
    network      : skorch's NeuralNetRegressor (mean square) or NeuralNetClassifier (cross-entropy of logits)
    trial, hopeless : stop after so many epochs if some output was never below its ``hopeless`` error, (n_outputs,)

    AdamW under a one-cycle schedule; gradients of a norm above 1 are shortened.
    """
    import torch
    from skorch import NeuralNetClassifier
    from skorch.callbacks import GradientNormClipping, LRScheduler

    is_classifier = network is NeuralNetClassifier
    batch_size = int(np.clip(len(train[0]) // 16, 4, batch_size))
    steps = -(-len(train[0]) // batch_size)
    net = network(
        module,
        criterion=torch.nn.CrossEntropyLoss if is_classifier else torch.nn.MSELoss,
        device=device,
        train_split=None,
        optimizer=torch.optim.AdamW,
        optimizer__weight_decay=weight_decay,
        lr=learning_rate,
        batch_size=batch_size,
        verbose=0,
        iterator_train=Batches,
        iterator_train__shuffle=True,
        iterator_valid=Batches,
        callbacks=[
            ("clip", GradientNormClipping(1.0)),
            (
                "rate",
                LRScheduler(
                    torch.optim.lr_scheduler.OneCycleLR,
                    step_every="batch",
                    max_lr=learning_rate,
                    total_steps=steps * max_epochs + 1,
                    cycle_momentum=False,
                ),
            ),
        ],
    )
    net.initialize()
    net.notify("on_train_begin", X=train[0], y=train[1])
    curve, lowest, best_error = [], np.inf, np.inf
    for epoch in range(max_epochs):
        net.fit_loop(*train, epochs=1)  # not fit: that takes Ctrl-C for an ordinary end
        errors = _errors(net, valid, is_classifier)
        curve.append([float(net.history[-1, "train_loss"]), float(errors.mean())])
        lowest = np.minimum(lowest, errors)
        if epoch == 0 or errors.mean() < best_error:
            best_error, best_epoch = errors.mean(), epoch
            weights = {
                name: w.detach().cpu().numpy().copy()
                for name, w in net.module_.state_dict().items()
            }
        report(epoch + 1, max_epochs, f"epoch {epoch + 1}, validation error {errors.mean():.4f}")
        publish("curve", [row[:] for row in curve])
        if epoch - best_epoch >= patience or (epoch + 1 == trial and not (lowest < hopeless).all()):
            break
    return Trained(weights, np.array(curve), best_epoch, lowest)


def _errors(net: Any, valid: Any, is_classifier: bool) -> np.ndarray:
    """Mean square of each output, or the mean cross-entropy as one number."""
    answers = run_network(net.module_, valid[0], net.device)
    if not is_classifier:
        return ((answers - valid[1]) ** 2).mean(axis=0)
    shifted = answers - answers.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(shifted)), valid[1]]
    return np.array([(np.log(np.exp(shifted).sum(axis=1)) - chosen).mean()])


def run_network(module: Any, X: np.ndarray, device: str, batch_size: int = 1024) -> np.ndarray:
    """Outputs, float64 (n_samples, n_outputs), a batch at a time."""
    import torch

    module.eval()
    with torch.inference_mode():
        parts = [
            module(torch.as_tensor(X[k : k + batch_size]).to(device)).cpu().numpy()
            for k in range(0, len(X), batch_size)
        ]
    return np.concatenate(parts).astype(float)
