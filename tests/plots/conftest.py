"""Both palettes for every figure that takes one."""

import pytest

from nmr_core.plots import DARK, LIGHT


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def palette(request):
    return request.param
