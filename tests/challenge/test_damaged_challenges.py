"""A damaged file is one sentence, and hides no other challenge."""

import pandas as pd
import pytest
from made_challenges import ZOE, truth_table

from nmr_core.challenge import board, list_challenges, load, submit
from nmr_core.challenge.curves import FILE as CURVES
from nmr_core.challenge.curves import test_signals as curves_of
from nmr_core.challenge.secret import FILE as TRUTH
from nmr_core.errors import FailedError


@pytest.mark.parametrize("name", ["challenge.json", "challenge.sqlite3"])
def test_a_damaged_challenge_hides_no_other(made, name):
    good = made()
    bad = made(id="ch-20260101-000000-b0b1")
    (bad.folder / name).write_bytes(b"nothing of the kind")
    assert [challenge.id for challenge in list_challenges()] == [good.id]
    with pytest.raises(FailedError, match=r"cannot be read|not a usable"):
        load(bad.id)


def test_without_its_truth_nothing_is_scored(made):
    challenge = made()
    (challenge.folder / TRUTH).write_bytes(b"nothing")
    with pytest.raises(FailedError, match=r"truth of the challenge .* Restore it from a backup"):
        submit(challenge, truth_table_of_zeros(challenge), ZOE)
    assert board(challenge).n_submissions == 0


def test_damaged_curves_are_a_sentence(made):
    challenge = made()
    (challenge.folder / CURVES).parent.mkdir()
    (challenge.folder / CURVES).write_bytes(b"PK nothing")
    with pytest.raises(FailedError, match="test curves of the challenge"):
        curves_of(challenge)


def truth_table_of_zeros(challenge):
    """A submission that needs no truth."""
    return pd.DataFrame({"sample": challenge.samples, "alpha": 0.1, "p": 3.0})


def test_a_document_that_was_replaced_is_read_again(made):
    challenge = made()
    path = challenge.folder / "challenge.json"
    path.write_text(path.read_text().replace('"team_size": 4', '"team_size": 7'))
    assert load(challenge.id).team_size == 7
    assert submit(challenge, truth_table(challenge, 0.1), ZOE).rank == 1
