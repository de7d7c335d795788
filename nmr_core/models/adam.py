"""Adam: steps of gradient descent with a size per number."""

import numpy as np

from nmr_core.compilation import compiled

BETA_1, BETA_2, EPSILON = np.float32(0.9), np.float32(0.999), np.float32(1e-8)


class Adam:
    """Steps that change one vector of numbers in place.

    Parameters
    ----------
    numbers : float array, (n_numbers,)
        In single or double precision.

    Attributes
    ----------
    moments : float array, (2, n_numbers)
        Running means of the gradients and of their squares.
    n_steps : int

    References
    ----------
    Kingma & Ba, ICLR (2015). Decoupled decay: Loshchilov & Hutter, ICLR (2019).
    """

    def __init__(self, numbers: np.ndarray):
        self.numbers = numbers
        self.moments = np.zeros((2, len(numbers)), numbers.dtype)
        self.n_steps = 0

    def step(
        self, gradient: np.ndarray, rate: float, penalty: float = 0.0, n_penalised: int = 0
    ) -> None:
        """Take one step.

        Parameters
        ----------
        gradient : float array, (n_numbers,)
            Of the loss.
        rate : float
            Learning rate.
        penalty : float
            Times a number, added to its gradient.
        n_penalised : int
            Of the first so many numbers.
        """
        self.n_steps += 1
        t = self.n_steps
        corrected = rate * np.sqrt(1 - float(BETA_2) ** t) / (1 - float(BETA_1) ** t)
        kind = self.numbers.dtype.type
        arrays = self.numbers, gradient, self.moments
        _step(*arrays, kind(corrected), kind(penalty), n_penalised)

    def decay(self, rate: float) -> None:
        """Shrink all numbers by a factor 1 - rate."""
        self.numbers *= 1 - rate


@compiled(nogil=True)
def _step(
    numbers: np.ndarray,
    gradient: np.ndarray,
    moments: np.ndarray,
    rate: float,
    penalty: float,
    n_penalised: int,
) -> None:
    """Update the numbers and the two moments in place."""
    mean, square = moments[0], moments[1]
    one = np.float32(1)
    for k in range(len(numbers)):
        g = gradient[k]
        if k < n_penalised:
            g += penalty * numbers[k]
        mean[k] = BETA_1 * mean[k] + (one - BETA_1) * g
        square[k] = BETA_2 * square[k] + (one - BETA_2) * g * g
        numbers[k] -= rate * mean[k] / (np.sqrt(square[k]) + EPSILON)
