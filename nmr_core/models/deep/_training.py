"""Training loop: skorch's epochs with schedule, early stopping, best weights and progress."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_core.progress import publish, report


@dataclass(frozen=True)
class Trained:
    """Result of a training, without any type of PyTorch.

    Attributes
    ----------
    weights : dict of str to array
        Of the best epoch.
    curve : float array (n_epochs, 2)
        Training loss and validation error per epoch.
    best_epoch : int
        Counted from 0.
    lowest : float array (n_outputs,)
        Lowest validation error of each output in any epoch; one number for a classifier.
    """

    weights: dict[str, np.ndarray]
    curve: np.ndarray
    best_epoch: int
    lowest: np.ndarray


class Batches:
    """Batches of a skorch data set, each a slice; PyTorch's loader collects them row by row.

    With ``shuffle``, a last batch of one row is left out: it has no spread to normalise by.
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
    """Train ``module`` on ``train`` and return the weights of the best epoch on ``valid``.

    AdamW with a one-cycle schedule; gradients are clipped at norm 1.

    Parameters
    ----------
    network : type
        skorch's NeuralNetRegressor (mean square) or NeuralNetClassifier (cross-entropy of logits).
    module : torch.nn.Module
        With random weights.
    train, valid : (X, y)
        X float32 (n_samples, n_channels, n_times); y (n_samples, n_outputs), or class numbers
        (n_samples,).
    device : str
        "cpu" or "cuda".
    max_epochs, patience : int
        Training ends after ``patience`` epochs without improvement.
    learning_rate : float
        Highest of the schedule.
    weight_decay : float
        Of AdamW.
    batch_size : int
        At most; small data sets get smaller batches.
    trial : int
        Number of epochs after which training ends if some output is hopeless; 0: never.
    hopeless : float array (n_outputs,), optional
        An output whose validation error was never below this is hopeless.

    References
    ----------
    Loshchilov and Hutter, ICLR 2019 (AdamW). Smith and Topin, arXiv:1708.07120 (one cycle).
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
    curve = []
    lowest = best_error = np.inf
    for epoch in range(max_epochs):
        # Not fit, which treats Ctrl-C as the end of the training
        net.fit_loop(*train, epochs=1)
        errors = _errors(net, valid, is_classifier)
        curve.append([float(net.history[-1, "train_loss"]), float(errors.mean())])
        lowest = np.minimum(lowest, errors)
        if epoch == 0 or errors.mean() < best_error:
            best_error = errors.mean()
            best_epoch = epoch
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
    outputs = run_network(net.module_, valid[0], net.device)
    if not is_classifier:
        return ((outputs - valid[1]) ** 2).mean(axis=0)
    # -log softmax of the true class
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    true = shifted[np.arange(len(shifted)), valid[1]]
    return np.array([(np.log(np.exp(shifted).sum(axis=1)) - true).mean()])


def run_network(module: Any, X: np.ndarray, device: str, batch_size: int = 1024) -> np.ndarray:
    """Outputs, float64 (n_samples, n_outputs), computed in batches."""
    import torch

    module.eval()
    with torch.inference_mode():
        parts = [
            module(torch.as_tensor(X[k : k + batch_size]).to(device)).cpu().numpy()
            for k in range(0, len(X), batch_size)
        ]
    return np.concatenate(parts).astype(float)
