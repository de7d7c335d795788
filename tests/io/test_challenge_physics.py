"""Files of the 2020 challenge do not say whether their curves have counter-rotating terms; the mean
of Re M does.
"""

from dataclasses import replace

import numpy as np
import pytest

from nmr_core import load_dataset
from nmr_core.io.formats import read_foreign, write_foreign
from nmr_core.io.formats._writing import foreign_of
from nmr_core.io.formats.ml4sci_2020 import AFTER, BEFORE, is_secular
from nmr_core.presets.ml4sci_2020 import FEWEST

MEANS = {0.1: 0.02, 0.15: 0.039}
"""Coupling in MHz -> what the published difference of Re M grows by there (96 curves)."""


@pytest.fixture(scope="module")
def example():
    return load_dataset("example-ml4sci-2020")


@pytest.fixture(scope="module")
def published(example) -> np.ndarray:
    """The example's curves with the means of the published ones."""
    alpha = example.parameters["alpha"].to_numpy()
    difference = sum(mean * (alpha > limit) for limit, mean in MEANS.items())
    curves = np.array(example.signals[:, 0])
    curves[:, BEFORE] += 0.6 * difference[:, None]
    curves[:, AFTER] -= 0.4 * difference[:, None]
    return curves


def test_the_example_is_secular_again_after_export_and_import(example, tmp_path):
    write_foreign(example, tmp_path / "text", "ml4sci_2020")
    back = read_foreign(tmp_path / "text")
    assert back.preset == "ml4sci_2020_secular"
    assert any("taken for ml4sci_2020_secular" in note for note in back.notes)


def test_few_curves_are_taken_for_published_ones_with_a_note(example, tmp_path):
    write_foreign(replace(foreign_of(example), **head(example, 20)), tmp_path / "t", "ml4sci_2020")
    back = read_foreign(tmp_path / "t")
    assert (back.preset, back.is_assumed) == ("ml4sci_2020", True)
    assert any("Fewer than 100 curves do not show" in note for note in back.notes)


def head(dataset, n: int) -> dict:
    """The first samples of a data set."""
    return {"signals": dataset.signals[:n], "parameters": dataset.parameters[:n]}


def test_published_curves_are_recognised_and_few_are_taken_for_them(example, published):
    assert not is_secular(published)
    curves = example.signals[:, 0]
    for start in range(0, 500, FEWEST):
        part = slice(start, start + FEWEST)
        assert is_secular(curves[part])
        assert not is_secular(published[part])
    assert not is_secular(curves[: FEWEST - 1])
