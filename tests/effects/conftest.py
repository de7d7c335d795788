"""Curves to try effects on, and what is known about them."""

import numpy as np
import pytest

from nmr_core import Protocol
from nmr_core.effects import Context


@pytest.fixture(scope="session")
def protocol():
    """A Hahn echo of 30 µs in steps of .25 µs, both sides of a pulse recorded: 122 + 242 points."""
    return Protocol(tau=30.0, dt=0.25, record="all")


@pytest.fixture(scope="session")
def context(protocol):
    return Context.of(protocol)


@pytest.fixture(scope="session")
def curves(context):
    """40 samples of 2 settings, complex64: echoes of random height at 60 µs, to .05 MHz off."""
    rng = np.random.default_rng(0)
    height, frequency = rng.uniform(0.05, 0.45, (40, 2, 1)), rng.uniform(-0.05, 0.05, (40, 2, 1))
    t = context.time - 60
    return (height * np.exp(-((t / 12) ** 2) + 2j * np.pi * frequency * t)).astype(np.complex64)


@pytest.fixture(scope="session")
def draws(context):
    """``draws(effect, n)``: what is random in n samples, each with its own stream."""
    return lambda effect, n: np.stack(
        [effect.draw(context, 2, np.random.default_rng([5, k])) for k in range(n)]
    )
