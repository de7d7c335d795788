"""The figures of a challenge: what is drawn where."""

import numpy as np
import pytest

from nmr_core.plots import LIGHT
from nmr_core.plots.challenge import Ranks, history_figure, ranks_figure


def test_a_submission_that_was_not_better_is_hollow_at_the_best_score():
    drawn = history_figure(
        [0.3, 0.3, 0.1], [0.01, 0.01, 0.02], [True, False, True], LIGHT, "score", {}
    )
    line, better, others = drawn.data
    assert line.y == pytest.approx([0.3, 0.3, 0.1])
    assert (list(better.x), list(better.y)) == ([1, 3], [0.3, 0.1])
    assert better.error_y.array == pytest.approx([0.01, 0.02])
    assert (list(others.x), list(others.y)) == ([2], [0.3])
    assert drawn.layout.yaxis.type == "log"


def test_lines_stand_at_their_scores_with_their_names():
    lines = {"baseline": 1.0, "first <b>": 0.1, "unknown": np.nan}
    drawn = history_figure([0.5], [np.nan], [True], LIGHT, "score", lines)
    assert [shape.y0 for shape in drawn.layout.shapes] == [1.0, 0.1]
    assert [note.text for note in drawn.layout.annotations] == ["baseline", "first ‹b›"]
    assert drawn.layout.annotations[0].y == pytest.approx(0.0)  # of a logarithmic axis


def test_no_try_and_scores_of_zero_are_drawn():
    assert history_figure([], [], [], LIGHT, "score", {}).data[1].y.size == 0
    drawn = history_figure([0.0, 0.1], [0, 0], [True, True], LIGHT, "score", {"quick": 0.5})
    assert drawn.layout.yaxis.type != "log"


def test_ranks_connect_each_participant_and_shared_ranks_have_places_of_their_own():
    ranks = [Ranks("Ada", 1, 2), Ranks("Ben <i>", 2, 1, is_own=True), Ranks("Cleo", 2, 3)]
    drawn = ranks_figure(ranks, LIGHT)
    assert [line.y for line in drawn.data] == [(1, 2), (2, 1), (3, 3)]
    colours = [line.line.color for line in drawn.data]
    assert colours == [LIGHT.series[3], LIGHT.series[2], LIGHT.series[3]]
    texts = [note.text for note in drawn.layout.annotations]
    assert texts == [
        "Ada 1.",
        "2. Ada",
        "<b>Ben ‹i›</b> 2.",
        "1. <b>Ben ‹i›</b>",
        "Cleo 2.",
        "3. Cleo",
    ]
