"""A small part of benchmarks/spectrometer.py: echoes of random protocols are found."""

from dataclasses import replace

import numpy as np
import pytest

from nmr_core.measured.found import find_echo
from nmr_core.measured.spectrometer import echo_of, random_settings, record

CLEAN = {"ring_down": 0.0, "n_spikes": 0}


@pytest.fixture(scope="module")
def protocols():
    """Random protocols that begin well before the echo and after the last pulse."""
    chosen = []
    for seed in range(100):
        settings = random_settings(np.random.default_rng([5, seed]), seed=seed)
        rise = settings.tau - settings.start
        if settings.start > 0 and rise > 1.5 * settings.width and settings.tau < 60:
            chosen.append(replace(settings, **CLEAN))
    return chosen[:12]


def test_echoes_of_random_protocols_are_found(protocols):
    """Within a dwell, or a tenth of the width of an uncoupled echo."""
    assert len(protocols) == 12
    found = []
    for settings in protocols:
        echo = find_echo(record(settings))
        allowed = max(settings.dwell, 0.1 * max(echo.width, settings.width))
        found.append(abs(echo.time - settings.echo_time) <= allowed)
    assert sum(found) >= 11


def test_the_simulated_record_is_the_fine_echo(protocols):
    """The same sample on another dwell gives the same numbers where times agree."""
    settings = protocols[0]
    twice = replace(settings, dwell=2 * settings.dwell, n_points=settings.n_points // 2)
    assert echo_of(twice) == pytest.approx(
        echo_of(settings)[: 2 * (settings.n_points // 2) : 2], abs=2e-3
    )
