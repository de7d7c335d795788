"""What the board in the browser gets: ranks, arrows, places of the scores; and what to try next."""

import math
from dataclasses import replace

import pytest

from nmr_core.challenge import Board, Challenge, Row, Standing, Target
from ui.challenge import advice, live_board, words
from ui.challenge.live_board import Scale

NAN = math.nan
CHALLENGE = Challenge(
    id="ch-1",
    title="A challenge",
    template="2020",
    metric_name="weighted_mse",
    targets=(Target("alpha", "α", "", 0.0, 1.0),),
    n_train=100,
    n_public=30,
    n_private=70,
)
REFERENCES = {"baseline": 1.0, "quick": 0.3, "standard": 0.1, "linear estimate": 0.02}


def _row(name: str, rank: int, score: float, **more) -> Row:
    row = Row(f"t-{name}", name, rank == 0, rank, score, 0.01)
    return replace(row, **more)


def _board(*rows: Row, state: str = "open", **more) -> Board:
    board = Board(tuple(rows), state, 60.0, 1, False, len(rows), 3)
    return replace(board, **more)


def _standing(score: float, rank: int = 2, gap: float = NAN) -> Standing:
    return Standing(None, score, 0.005, rank, gap, 5, 0.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0342, "0.034"), (1.0, "1"), (12.3, "12"), (345.6, "346"), (NAN, ""), (None, "")],
)
def test_numbers_have_two_significant_digits(value, text):
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("score", "gap", "rank", "part"),
    [
        (NAN, NAN, 0, "first model"),
        (1.2, 0.1, 5, "**baseline**"),
        (0.5, 0.1, 4, "**quick**"),
        (0.2, 0.1, 3, "**standard**"),
        (0.08, 0.03, 2, "ensemble"),
        (0.08, 0.004, 2, "noise"),
        (0.08, NAN, 1, "hold more"),
        (0.01, NAN, 1, "You lead"),
    ],
)
def test_the_next_step_depends_on_what_is_beaten(score, gap, rank, part):
    board = _board(*(_row(name, 0, value) for name, value in REFERENCES.items()))
    assert part in advice.next_step(CHALLENGE, _standing(score, rank, gap), board)


def test_where_higher_is_better_the_same_holds_the_other_way_round():
    challenge = replace(CHALLENGE, metric_name="accuracy")
    board = _board(_row("baseline", 0, 0.33), _row("standard", 0, 0.9))
    assert "**baseline**" in advice.next_step(challenge, _standing(0.2), board)
    assert "**standard**" in advice.next_step(challenge, _standing(0.5), board)


@pytest.mark.parametrize(
    ("rank", "gap", "text"),
    [(2, 0.01, "0.01 (2.0 s.e.)"), (2, 0.004, "< 1 s.e."), (1, NAN, "leading"), (0, NAN, "–")],
)
def test_the_gap_is_given_in_standard_errors(rank, gap, text):
    assert advice.gap_text(_standing(0.06, rank, gap)) == text


def test_the_rows_hold_ranks_arrows_and_the_own_row():
    board = _board(
        _row("Ada", 1, 0.02, moved=1),
        _row("quick", 0, 0.03, moved=-2),
        _row("Ben", 2, 0.05, moved=-1, is_twin=True, n_tries=3),
    )
    data = live_board.content(CHALLENGE, board, "t-Ben")
    first, reference, last = data["rows"]
    assert [row["rank"] for row in data["rows"]] == ["1", "", "2"]
    assert [row["change"] for row in data["rows"]] == [1, 0, -1]
    assert [row["own"] for row in data["rows"]] == [False, False, True]
    assert (first["score"], first["error"], reference["reference"]) == ("0.02", "0.01", True)
    assert last["title"] == "Ben: 3 tries; the same predictions as another team"
    assert (data["state"], data["seconds"]) == ("Open · 3 submissions", 60.0)
    assert data["measure"] == "Σ MSE/w² ↓"


def test_the_private_result_takes_the_place_of_the_public_one():
    revealed = replace(CHALLENGE, is_closed=True, is_revealed=True)
    row = _row("Ada", 1, 0.02, private_rank=3, private_score=0.07, private_error=0.02)
    line = _row("linear estimate", 0, 0.01)
    data = live_board.content(revealed, _board(row, line, state="closed"), "")
    assert data["rows"][1]["score"] == "0.01"
    assert (data["rows"][0]["rank"], data["rows"][0]["score"]) == ("3", "0.07")
    assert data["state"].startswith("Private result")
    assert data["seconds"] is None


def test_a_hidden_board_says_so():
    data = live_board.content(CHALLENGE, _board(is_hidden=True), "")
    assert data["empty"] == "The board is hidden."
    for_organiser = live_board.content(CHALLENGE, _board(_row("Ada", 1, 0.1), is_hidden=True), "")
    assert "hidden from participants" in for_organiser["state"]


def test_scores_stand_in_their_order_and_inside():
    scores = [0.02, 0.05, 1.0]
    scale = Scale(scores, False)
    places = [scale.place(score, 0.01) for score in scores]
    at = [place[0] for place in places]
    assert at == sorted(at)
    assert (at[0], at[-1]) == (pytest.approx(0.03), pytest.approx(0.97))
    assert all(0 <= low <= middle <= high <= 1 for middle, low, high in places)


def test_of_scores_where_higher_is_better_the_best_stands_left():
    scale = Scale([0.9, 0.5], True)
    assert scale.place(0.9, 0.01)[0] < scale.place(0.5, 0.01)[0]


@pytest.mark.parametrize("higher", [False, True])
@pytest.mark.parametrize("scores", [[], [0.0], [0.1, 0.1], [NAN], [-1.0, 2.0]])
def test_odd_boards_have_a_scale(scores, higher):
    scale = Scale(scores, higher)
    for score in scores:
        at, low, high = scale.place(score, 0.01)
        assert (at is None) == math.isnan(score)
        assert at is None or 0 <= low <= at <= high <= 1
