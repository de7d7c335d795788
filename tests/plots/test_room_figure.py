"""Where the people of a room are."""

import pytest

from nmr_core.plots import DARK, LIGHT
from nmr_core.plots.room import presence_figure

STATES = ("here", "stuck", "away")


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_each_page_is_a_bar_of_its_people(palette):
    counts = {"Train": {"here": 2}, "<b>Labs</b>": {"here": 5, "stuck": 1}, "": {"away": 1}}
    drawn = presence_figure(counts, STATES, palette)
    assert [bar.name for bar in drawn.data] == list(STATES)
    assert list(drawn.data[0].y) == ["", "Train", "‹b›Labs‹/b›"], "the fullest on top"
    assert [list(bar.x) for bar in drawn.data] == [[0, 2, 5], [0, 0, 1], [1, 0, 0]]
    assert len({bar.marker.color for bar in drawn.data}) == 3
    assert drawn.layout.xaxis.title.text == "people"


def test_a_room_of_one():
    assert presence_figure({"Train": {"here": 1}}, STATES, LIGHT).layout.xaxis.range == (0, 1)
