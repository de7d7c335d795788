"""The figures of a challenge: what is drawn where."""

import numpy as np
import pytest

from nmr_core.plots import LIGHT
from nmr_core.plots.challenge import Ranks, history_figure, ranks_figure


@pytest.mark.parametrize(
    ("higher", "best"), [(False, [0.3, 0.2, 0.2, 0.1]), (True, [0.3, 0.3, 0.4, 0.4])]
)
def test_the_best_score_so_far_never_gets_worse(higher, best):
    scores = [0.3, 0.2, 0.4, 0.1]
    drawn = history_figure(scores, [0.01] * 4, LIGHT, label="score", higher_is_better=higher)
    assert drawn.data[0].y == pytest.approx(best)
    assert drawn.data[1].y == pytest.approx(scores)
    assert drawn.layout.yaxis.type == ("-" if higher else "log") or drawn.layout.yaxis.type is None


def test_lines_stand_at_their_scores_with_their_names():
    lines = {"baseline": 1.0, "leader <b>": 0.1, "unknown": np.nan}
    drawn = history_figure([0.5], [np.nan], LIGHT, label="score", lines=lines)
    assert [shape.y0 for shape in drawn.layout.shapes] == [1.0, 0.1]
    assert [note.text for note in drawn.layout.annotations] == ["baseline", "leader ‹b›"]
    assert drawn.layout.annotations[0].y == pytest.approx(0.0)  # of a logarithmic axis


def test_no_try_and_scores_of_zero_are_drawn():
    assert history_figure([], [], LIGHT, label="score").data[1].y.size == 0
    assert history_figure([0.0, 0.1], [0, 0], LIGHT, label="score").layout.yaxis.type != "log"


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
