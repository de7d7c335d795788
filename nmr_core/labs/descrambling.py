"""The first layer of a network in an order that can be read.

A network with the matrices W1, W2 computes the same as one with W1 Q, Q^T W2 for any orthogonal Q
around a linear unit, and training picks one of these at random. The rotation that makes the outputs
of the layer smooth from neuron to neuron shows what they respond to.

References
----------
Amey, Keeley, Choudhury and Kuprov, "Neural network interpretation using descrambler groups",
PNAS 118, e2016917118 (2021). There the rotation is searched for; for the mean square of second
differences it has the closed form below.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Descrambled:
    """A first layer before and after its rotation.

    Attributes
    ----------
    before, after : array, (n_neurons, n_inputs)
        Weights times the standard deviation of each input.
    patterns : array, (n_neurons, n_inputs)
        Orthogonal combinations of the neurons, by decreasing variance of their output.
    fractions : array, (n_neurons,)
        Part of the variance of the outputs of the layer that is in each pattern.
    """

    before: np.ndarray
    after: np.ndarray
    patterns: np.ndarray
    fractions: np.ndarray


def descrambled(weights: np.ndarray, inputs: np.ndarray) -> Descrambled:
    """Rotate the neurons of a layer so that their outputs vary smoothly along the layer.

    Parameters
    ----------
    weights : array, (n_inputs, n_neurons)
        Weights of the first layer.
    inputs : array, (n, n_inputs)
        Training rows with mean 0.

    Notes
    -----
    With the outputs S = W^T X^T = U s V^T and the second differences D, the orthogonal P with the
    smallest ||D P S|| is E U^T, where the columns of E are the eigenvectors of D^T D from the
    smoothest on: the strongest pattern gets the smoothest profile (von Neumann's trace inequality).
    """
    n_neurons = weights.shape[1]
    # Patterns of the outputs
    outputs = weights.T @ inputs.T
    u, s, _ = np.linalg.svd(outputs, full_matrices=False)
    # The sign of a pattern is free: its largest weight is positive
    before = weights.T * inputs.std(axis=0)
    patterns = u.T @ before
    signs = np.sign(patterns[np.arange(len(patterns)), np.abs(patterns).argmax(axis=1)])
    # Profiles along the layer, the smoothest first
    differences = np.diff(np.eye(n_neurons), 2, axis=0)
    profiles = np.linalg.eigh(differences.T @ differences)[1]
    profiles = profiles * np.where(profiles.sum(axis=0) < 0, -1, 1)
    after = profiles[:, : len(patterns)] @ (signs[:, None] * patterns)
    return Descrambled(before, after, signs[:, None] * patterns, s**2 / np.sum(s**2))
