"""Small data sets, one a convention, and files made of them."""

import numpy as np
import pandas as pd
import pytest
from fitting import made

from nmr_core import InputError
from nmr_core.io.formats import Foreign, read_foreign, write_foreign


@pytest.fixture
def dataset():
    """``dataset(preset name)``."""
    return made


@pytest.fixture
def challenge(tmp_path):
    """A folder as of the 2020 challenge, to be spoiled."""
    write_foreign(made("ml4sci_2020"), tmp_path / "challenge", "ml4sci_2020")
    return tmp_path / "challenge"


@pytest.fixture
def two():
    """Two samples, two settings, three points; numbers that text must keep to the last bit."""
    rng = np.random.default_rng(0)
    signals = (rng.normal(size=(2, 2, 3)) + 1j * rng.normal(size=(2, 2, 3))).astype(np.complex64)
    signals[0, 0] = [0, 1e-30, -0.1 + 3e38j]
    parameters = pd.DataFrame(
        {"xi": [1 / 3, 2.5e-8], "temperature": [300.0, 4.2], "kernel": ["rkky", "gaussian"]}
    )
    return Foreign(
        parameters,
        signals,
        np.array([0.1, 0.1, 1 / 3]),
        "lab",
        [{"angle_2": 60.0}, {"angle_2": 90.5}],
    )


@pytest.fixture
def refused():
    """``refused(path)``: the one sentence with which it is refused."""

    def refuse(path, format=None) -> str:
        with pytest.raises(InputError) as refusal:
            read_foreign(path, format)
        sentence = str(refusal.value)
        assert sentence.endswith(".")
        assert "\n" not in sentence
        return sentence

    return refuse
