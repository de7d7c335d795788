"""Many people at once: nothing is lost, and no team gets more tries than it has."""

from concurrent.futures import ThreadPoolExecutor

from made_challenges import ZOE, truth_table

from nmr_core.challenge import Participant, board, database, history, load, ranking, submit
from nmr_core.challenge import challenge as stored
from nmr_core.errors import InputError


def test_thirty_people_submit_at_once(made):
    challenge = made(n_public=100)
    tables = [truth_table(challenge, 0.05 + 0.01 * k, seed=k) for k in range(30)]

    def one(k: int):
        return submit(challenge, tables[k], Participant(f"p-{k}", f"P{k}"))

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(one, range(30)))
    assert sorted(receipt.number for receipt in receipts) == list(range(1, 31))
    shown = board(challenge)
    assert (shown.n_teams, shown.n_submissions) == (30, 30)
    assert [row.rank for row in shown.rows] == sorted(row.rank for row in shown.rows)


def test_one_team_at_once_gets_no_more_tries_than_it_has(made):
    challenge = made(tries=3)
    tables = [truth_table(challenge, 0.1, seed=k) for k in range(12)]

    def one(table) -> bool:
        try:
            submit(challenge, table, ZOE)
        except InputError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, tables)) == 3
    assert len(history(challenge, ZOE)) == 3


def test_a_board_is_computed_once_per_change(made, monkeypatch):
    challenge = made()
    submit(challenge, truth_table(challenge, 0.1), ZOE)
    first = board(challenge)
    assert board(challenge).rows is first.rows
    assert board(challenge).version == first.version
    # Another process has written
    stored._remembered.cache_clear()
    submit(load(challenge.id), truth_table(challenge, 0.01), ZOE)
    second = board(challenge)
    assert second.version > first.version
    assert second.rows[0].score < first.rows[0].score


def test_a_reveal_by_another_process_is_on_the_next_board(made, monkeypatch):
    challenge = made()
    submit(challenge, truth_table(challenge, 0.1), ZOE)
    now = stored.now
    reveal = [1]

    def slow(one):
        """Another process reveals the result after the state was read."""
        state = now(one)
        if reveal:
            reveal.pop()
            database.change(one.folder, is_closed=1, is_revealed=1)
        return state

    monkeypatch.setattr(ranking.stored, "now", slow)
    board(challenge)
    assert [row.private_rank for row in board(challenge).rows] == [1]
