"""An empty data folder, and challenges in it."""

from collections.abc import Callable

import pytest
from made_challenges import make

from nmr_core.challenge import Challenge


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty data folder."""
    monkeypatch.setenv("NMR_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def made(data) -> Callable[..., Challenge]:
    """Make a challenge with a random truth."""
    return make
