"""Joint density as a normalising flow (extra "flow" or "deep": PyTorch and zuko)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from nmr_core.extras import require
from nmr_core.inference.posterior.context import centre_and_size
from nmr_core.inference.posterior.dense import Scale
from nmr_core.progress import publish, report

TRANSFORMS, BINS, HIDDEN = 2, 8, (64, 64)
BATCH, EPOCHS, PATIENCE, RATE, DECAY = 256, 40, 10, 1e-3, 2.0
VALID = 0.1
"""Fraction of the signals that decides when to stop."""
EDGE = 1e-7
"""Fractions are cut to [EDGE, 1 - EDGE], where the probit is finite."""


@dataclass(frozen=True, eq=False)
class Flow:
    """Density of y, fractions of the ranges, for the summary c = (t, u) of a signal.

    .. math:: y_k = \\Phi(\\mu_k(c) + s_k(c) x_k), \\quad x = f(\\epsilon; c),
              \\quad \\epsilon \\sim N(0, 1)

    Phi is the normal distribution function, so that y never leaves the range and a density that is
    uniform over it is a normal one of the argument. mu and s are t and sigma on that scale, and f
    is a neural spline flow.

    Parameters
    ----------
    n : int
        Number of parameters.
    scale : Scale
        Of c.
    weights : dict of str to array
        Of the flow, by their names in PyTorch.

    References
    ----------
    Durkan et al., NeurIPS (2019): neural spline flows. Greenberg et al., ICML (2019): posterior
    estimation from simulations.
    """

    n: int
    scale: Scale
    weights: dict[str, np.ndarray]

    def sample(self, context: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """Return samples of y, (n_signals, n, n_parameters), for c, (n_signals, n_context)."""
        import torch

        from nmr_core.models.deep._torch import guest

        c = np.repeat(context, n, axis=0)
        noise = rng.standard_normal((len(c), self.n)).astype(np.float32)
        with guest(), torch.inference_mode():
            conditional = self._flow()(self._scaled(c))
            x = conditional.transform.inv(torch.as_tensor(noise)).numpy().astype(float)
        place, width = _place(c)
        y = np.clip(ndtr(place + width * x), EDGE, 1 - EDGE)
        return y.reshape(len(context), n, self.n)

    def log_density(self, context: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return log q(y|c), (n_signals, n), for y, (n_signals, n, n_parameters)."""
        import torch

        from nmr_core.models.deep._torch import guest

        c, flat = np.repeat(context, y.shape[1], axis=0), y.reshape(-1, self.n)
        x, slope = _standardised(c, flat)
        with guest(), torch.inference_mode():
            conditional = self._flow()(self._scaled(c))
            log_x = conditional.log_prob(torch.as_tensor(x, dtype=torch.float32)).numpy()
        return (log_x.astype(float) + slope).reshape(y.shape[:2])

    def _scaled(self, c: np.ndarray) -> Any:
        import torch

        return torch.as_tensor(self.scale(c), dtype=torch.float32)

    def _flow(self) -> Any:
        """The flow of zuko with these weights; ValueError if they are those of another one."""
        import torch

        require("flow", "This posterior is a normalising flow and")
        flow = _built(self.n, len(self.scale.centre))
        weights = {name: torch.as_tensor(array) for name, array in self.weights.items()}
        try:
            flow.load_state_dict(weights)
        except RuntimeError as error:
            raise ValueError(f"its weights are those of another flow ({error})") from None
        return flow.eval()


def _built(n: int, n_context: int) -> Any:
    import zuko

    return zuko.flows.NSF(n, n_context, transforms=TRANSFORMS, bins=BINS, hidden_features=HIDDEN)


def _place(c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """mu and s, (n, n_parameters): centre and size on the scale of the probit."""
    centre, size = centre_and_size(c)
    inside = np.clip(centre, size / 3, 1 - size / 3)
    place = ndtri(inside)
    slope = np.sqrt(2 * np.pi) * np.exp(place**2 / 2)
    return place, np.minimum(size * slope, 1.0)


def _standardised(c: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x, (n, n_parameters), and log dx/dy, (n,)."""
    place, width = _place(c)
    probit = ndtri(np.clip(y, EDGE, 1 - EDGE))
    log_slope = 0.5 * np.log(2 * np.pi) + probit**2 / 2 - np.log(width)
    return (probit - place) / width, log_slope.sum(axis=1)


def fit_flow(context: np.ndarray, y: np.ndarray, *, seed: int = 0) -> Flow:
    """Return the flow fitted to summaries and true values.

    Parameters
    ----------
    context : float64 array, (n, 2 n_parameters)
        Summaries c.
    y : float64 array, (n, n_parameters)
        True values as fractions of the ranges.
    seed : int
        Of weights and batches.
    """
    require("flow", "A normalising flow")
    import torch

    from nmr_core.models.deep._torch import guest

    scale = Scale.of(context)
    x, _ = _standardised(context, y)
    with guest(1, seed):
        flow = _built(y.shape[1], context.shape[1])
        data = torch.as_tensor(x, dtype=torch.float32)
        c = torch.as_tensor(scale(context), dtype=torch.float32)
        order = torch.randperm(len(data))
        n_valid = max(1, round(VALID * len(data)))
        best = _trained(flow, data, c, order[n_valid:], order[:n_valid])
    return Flow(y.shape[1], scale, best)


def _trained(flow: Any, x: Any, c: Any, train: Any, valid: Any) -> dict[str, np.ndarray]:
    """Weights of the epoch with the highest density of the validation part."""
    import torch

    optimizer = torch.optim.AdamW(flow.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    lowest, best_epoch, curve = np.inf, 0, []
    for epoch in range(EPOCHS):
        flow.train()
        losses = []
        for rows in train[torch.randperm(len(train))].split(BATCH):
            loss = -flow(c[rows]).log_prob(x[rows]).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(flow.parameters(), 5.0)
            optimizer.step()
            losses.append(float(loss.detach()))
        schedule.step()
        flow.eval()
        with torch.inference_mode():
            error = -float(flow(c[valid]).log_prob(x[valid]).mean())
        curve.append([float(np.mean(losses)), error])
        publish("curve", curve)
        report(epoch + 1, EPOCHS, f"flow: epoch {epoch + 1}, -log density {error:.3f}")
        if error < lowest:
            lowest, best_epoch = error, epoch
            best = {name: w.cpu().numpy().copy() for name, w in flow.state_dict().items()}
        if epoch - best_epoch >= PATIENCE:
            break
    return best
