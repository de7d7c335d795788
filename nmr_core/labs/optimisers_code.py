"""Programs of the lab of optimisers: one run, with NumPy and with PyTorch."""

from nmr_core.labs.descent import BETA_2, EPSILON, FAR, STEPS, Method
from nmr_core.labs.landscapes import (
    ANGLE,
    CURVATURES,
    N_HIDDEN,
    N_SAMPLES,
    SCATTER_RAVINE,
    SCATTER_WELLS,
    TILT,
)

EXTRA = """\
# Each of {n} samples adds a slope of its own; their mean is 0
extra = np.random.default_rng(0).standard_normal(({n}, 2))
extra = {scatter} * (extra - extra.mean(axis=0))
"""
RAVINE = (
    f"""\
cos, sin = np.cos({ANGLE}), np.sin({ANGLE})
axes = np.array([[cos, sin], [-sin, cos]])
hessian = axes.T @ np.diag({CURVATURES}) @ axes
start = np.array([rng.uniform(-4.5, -3.5), rng.uniform(0.5, 0.9)]) @ axes
"""
    + EXTRA.format(n=N_SAMPLES, scatter=SCATTER_RAVINE),
    """\
def loss(x):
    return 0.5 * x @ hessian @ x


def gradient(x, rows):
    return hessian @ x + extra[rows].mean(axis=0)
""",
    """\
hessian = torch.tensor(hessian)


def loss(x):
    return 0.5 * x @ hessian @ x


def cost(x, rows):
    return loss(x) + torch.tensor(extra[rows].mean(axis=0)) @ x
""",
)
_WELLS = f"""\
def loss(x):
    return (x[0] ** 2 - 1) ** 2 + {TILT} * x[0] + 2 * x[1] ** 2 - lowest
"""
WELLS = (
    f"""\
grid = np.linspace(-1.5, 0, 15001)
lowest = np.min((grid**2 - 1) ** 2 + {TILT} * grid)
start = np.array([rng.uniform(1.3, 1.6), rng.uniform(-0.9, 0.9)])
"""
    + EXTRA.format(n=N_SAMPLES, scatter=SCATTER_WELLS),
    _WELLS
    + f"""

def gradient(x, rows):
    slope = np.array([4 * x[0] * (x[0] ** 2 - 1) + {TILT}, 4 * x[1]])
    return slope + extra[rows].mean(axis=0)
""",
    _WELLS
    + """

def cost(x, rows):
    return loss(x) + torch.tensor(extra[rows].mean(axis=0)) @ x
""",
)
POTENTIAL = (
    f"""\
r = np.random.default_rng(seed).uniform(1, 3, {N_SAMPLES})
centres = np.linspace(1, 3, 10)
inputs = np.exp(-0.5 * ((r[:, None] - centres) / (centres[1] - centres[0])) ** 2)
targets = 4 * (r**-12 - r**-6)
H = {N_HIDDEN}
start = np.concatenate(
    [rng.uniform(-1, 1, 11 * H) / 10**0.5, rng.uniform(-1, 1, H + 1) / H**0.5]
)
""",
    """\
def loss(w):
    hidden = np.tanh(inputs @ w[: 10 * H].reshape(10, H) + w[10 * H : 11 * H])
    return np.mean((hidden @ w[11 * H : -1] + w[-1] - targets) ** 2)


def gradient(w, rows):
    x, w2 = inputs[rows], w[11 * H : -1]
    hidden = np.tanh(x @ w[: 10 * H].reshape(10, H) + w[10 * H : 11 * H])
    error = 2 * (hidden @ w2 + w[-1] - targets[rows]) / len(rows)
    back = error[:, None] * w2 * (1 - hidden**2)
    parts = [(x.T @ back).ravel(), back.sum(axis=0), error @ hidden, [error.sum()]]
    return np.concatenate(parts)
""",
    """\
inputs, targets = torch.tensor(inputs), torch.tensor(targets)


def cost(w, rows):
    hidden = torch.tanh(inputs[rows] @ w[: 10 * H].reshape(10, H) + w[10 * H : 11 * H])
    return torch.mean((hidden @ w[11 * H : -1] + w[-1] - targets[rows]) ** 2)


def loss(w):
    return cost(w, slice(None))
""",
)
LANDSCAPES = {"ravine": RAVINE, "two wells": WELLS, "potential": POTENTIAL}


def numpy_program(landscape: str, method: Method, seed: int, goal: float) -> str:
    """The program with NumPy only."""
    begin, slopes, _ = LANDSCAPES[landscape]
    adam = f"""\
    first = momentum * first + (1 - momentum) * slope
    second = {BETA_2} * second + {1 - BETA_2:g} * slope**2
    size = rate / (1 - momentum**step)
    x = x - size * first / (np.sqrt(second / (1 - {BETA_2}**step)) + {EPSILON:g})
"""
    plain = """\
    first = momentum * first + slope
    x = x - rate * first
"""
    return f"""\
import numpy as np

{_settings(method, seed)}
{begin}{_rows(method)}

{slopes}

x, steps = start, np.inf
first, second = np.zeros_like(x), np.zeros_like(x)
for step in range({STEPS} + 1):
    if step > 0:
        slope = gradient(x, rows[step - 1])
{_indented(adam if method.adam else plain)}\
    if not np.abs(x).max() < {FAR:g}:
        break  # diverged
    if loss(x) <= {goal}:
        steps = step
        break
print(steps)
"""


def pytorch_program(landscape: str, method: Method, seed: int, goal: float) -> str:
    """The same with PyTorch, which computes the slopes."""
    begin, _, loss = LANDSCAPES[landscape]
    optimiser = "SGD([x], lr=rate, momentum=momentum)"
    if method.adam:
        optimiser = f"Adam([x], lr=rate, betas=(momentum, {BETA_2}), eps={EPSILON:g})"
    return f"""\
import numpy as np
import torch

{_settings(method, seed)}
{begin}{_rows(method)}
{loss}

x = torch.tensor(start, requires_grad=True)
optimiser = torch.optim.{optimiser}
steps = np.inf
for step in range({STEPS} + 1):
    if step > 0:
        optimiser.zero_grad()
        cost(x, rows[step - 1]).backward()
        optimiser.step()
    if not x.detach().abs().max() < {FAR:g}:
        break  # diverged
    if loss(x) <= {goal}:
        steps = step
        break
print(steps)
"""


def _settings(method: Method, seed: int) -> str:
    return f"""\
seed, rate, momentum = {seed}, {method.rate}, {method.momentum}
rng = np.random.default_rng([seed, 0])
"""


def _rows(method: Method) -> str:
    """Samples of each step; drawn after the start."""
    if method.batch == N_SAMPLES:
        return f"rows = np.tile(np.arange({N_SAMPLES}), ({STEPS}, 1))"
    return f"rows = rng.integers({N_SAMPLES}, size=({STEPS}, {method.batch}))"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
