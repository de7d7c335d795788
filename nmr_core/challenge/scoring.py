"""Answers beside the truth, and how they are stored."""

import zlib

import numpy as np

from nmr_core.challenge.challenge import Challenge
from nmr_core.challenge.metrics import rounded, score
from nmr_core.challenge.secret import Truth


def parts(
    challenge: Challenge, truth: Truth, values: np.ndarray, *, private: bool = False
) -> np.ndarray:
    """What is averaged over the curves of one part, (n_curves, k).

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    truth : Truth
        Its truth.
    values : float array, (n_test, n_columns)
        An answer.
    private : bool
        Whether of the private part.
    """
    rows = ~truth.is_public if private else truth.is_public
    return _parts(challenge, truth, values, rows)


def _parts(challenge: Challenge, truth: Truth, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    widths = np.array([target.high - target.low for target in challenge.targets])
    n_classes = len(challenge.classes)
    return challenge.metric.parts(truth.values[rows], values[rows], widths, n_classes)


def details(
    challenge: Challenge, truth: Truth, values: np.ndarray, digits: int = 2
) -> dict[str, float]:
    """Further numbers of the public part, rounded to significant digits.

    Returns
    -------
    dict
        "clean" and "corrupted": scores of the two halves; "coverage" and "width" of intervals, the
        latter in widths of the prior.
    """
    numbers: dict[str, float] = {}
    if truth.is_corrupted.any():
        for name, chosen in (("clean", ~truth.is_corrupted), ("corrupted", truth.is_corrupted)):
            rows = chosen & truth.is_public
            part = _parts(challenge, truth, values, rows)
            numbers[name] = rounded(score(challenge.metric, part), digits)
    if challenge.metric.kind == "intervals":
        rows = truth.is_public
        low, high = values[rows, 0::2], values[rows, 1::2]
        true = truth.values[rows]
        widths = np.array([target.high - target.low for target in challenge.targets])
        numbers["coverage"] = rounded(float(((low <= true) & (true <= high)).mean()), digits)
        numbers["width"] = rounded(float(((high - low) / widths).mean()), digits)
    return numbers


def packed(values: np.ndarray) -> bytes:
    """An answer as bytes."""
    return zlib.compress(np.ascontiguousarray(values, np.float64).tobytes(), 1)


def unpacked(content: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """The answer of :func:`packed`, float64 (n_test, n_columns)."""
    return np.frombuffer(zlib.decompress(content), np.float64).reshape(shape)
