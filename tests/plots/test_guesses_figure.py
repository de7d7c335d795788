"""The histogram of guesses: all of them are in it, and the measured number stands in its place."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from nmr_core.labs.lab import Guess
from nmr_core.plots import LIGHT
from nmr_core.plots.guesses import guesses_figure

LOG = Guess("How large?", 0.001, 10.0, "ε", "outside", log=True)
LINEAR = Guess("How many?", 0.0, 100.0, "%", "share")


@pytest.mark.parametrize("question", [LOG, LINEAR], ids=["log", "linear"])
def test_every_guess_is_counted(question):
    guesses = [question.low, question.high, 5.0, 5.0, 1e9]
    figure = guesses_figure(guesses, question, 2.0, LIGHT, own=5.0)
    assert np.sum(figure.data[0].y) == len(guesses)
    go.Figure(figure.to_dict())  # plotly checks every entry


def test_lines_stand_at_the_answer_and_at_the_own_guess():
    figure = guesses_figure([0.1], LOG, 2.0, LIGHT, own=0.1)
    assert [shape.x0 for shape in figure.layout.shapes] == pytest.approx([np.log10(2.0), -1.0])
    assert [note.text for note in figure.layout.annotations] == ["measured 2", "your guess 0.1"]


def test_an_answer_that_diverged_has_no_line():
    assert not guesses_figure([0.1], LOG, math.nan, LIGHT).layout.shapes


def test_the_heights_are_those_of_the_guesses():
    figure = guesses_figure([1.0, 1.0, 99.0], LINEAR, 50.0, LIGHT)
    heights = dict(zip(np.round(figure.data[0].x), figure.data[0].y, strict=True))
    assert heights[4] == 2
    assert heights[96] == 1
