"""What cannot be scored is refused in one sentence, and costs no try."""

import time

import numpy as np
import pandas as pd
import pytest
from made_challenges import MAX, ZOE, truth_table

from nmr_core.challenge import (
    Participant,
    choose,
    close,
    extend,
    freeze,
    history,
    join_team,
    make_team,
    members,
    move,
    reading,
    reopen,
    set_tries,
    standing,
    submit,
    submitting,
    template_csv,
    unfreeze,
)
from nmr_core.errors import InputError


def with_value(table: pd.DataFrame, value: object) -> pd.DataFrame:
    changed = table.astype(object)
    changed.loc[7, "p"] = value
    return changed


TABLES = {
    "too few rows": (lambda t: t[:-3], "147 of 150 curves; a7f3-00147 is missing"),
    "a row twice": (lambda t: pd.concat([t, t[:1]]), "a7f3-00000 is there twice"),
    "a row twice instead of another": (
        lambda t: pd.concat([t[:-1], t[:1]]),
        "a7f3-00000 is there twice",
    ),
    "a curve that is none": (
        lambda t: t.replace({"sample": {"a7f3-00003": "a7f3-99999"}}),
        "no curve 'a7f3-99999'",
    ),
    "another challenge": (
        lambda t: t.assign(sample=t["sample"].str.replace("a7f3", "b0b1")),
        "belongs to another challenge: its curves are b0b1-",
    ),
    "without names of curves": (
        lambda t: t.drop(columns="sample"),
        "A column is missing: sample",
    ),
    "numbers as names": (lambda t: t.assign(sample=range(len(t))), "no curve '0'"),
    "a wrong name": (lambda t: t.rename(columns={"p": "P"}), "A column is missing: p"),
    "NaN": (lambda t: with_value(t, np.nan), "p of a7f3-00007 must be a finite number, got 'nan'"),
    "inf": (lambda t: with_value(t, np.inf), "must be a finite number, got 'inf'"),
    "a text": (lambda t: with_value(t, "two"), "must be a finite number, got 'two'"),
    "nothing": (lambda t: with_value(t, ""), "must be a finite number, got ''"),
    "an underscore": (lambda t: with_value(t, "1_0"), "must be a finite number, got '1_0'"),
}
FILES = {
    "empty": (b"", "The file is empty"),
    "blank lines": (b"\n\n  \n", "The file is empty|A column is missing"),
    "no text": (bytes(range(256)) * 4, "The file is no text"),
    "zeros": (b"sample,alpha,p\n\0\0\0", "The file is no text"),
    "a page": (b"<!doctype html><html>", "A column is missing: sample"),
    "a long row": (b"sample,alpha,p\na7f3-00000,1,2,3\n", "Row 2 has 4 values, the header has 3"),
    "a column twice": (b"sample,alpha,p,p\n", "The column p is there twice"),
    "50 MB": (b"0" * 50_000_000, "at most 0.3 MB, got 50.0 MB"),
    "too many rows": (b"sample,alpha,p\n" + b"a,1,1\n" * 40_000, "no curve 'a'"),
    "a field without end": (b'sample,alpha,p\n"' + b"x" * 200_000, "no CSV table"),
}


def refused(challenge, content, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as error:
        submit(challenge, content, ZOE)
    text = str(error.value)
    assert len(text) < 240
    assert text.endswith(".")
    assert "\n" not in text
    assert history(challenge, ZOE) == []


@pytest.mark.parametrize("case", TABLES)
def test_a_wrong_table(made, case):
    challenge = made()
    change, sentence = TABLES[case]
    table = change(truth_table(challenge, 0.1))
    refused(challenge, table.to_csv(index=False, na_rep="nan").encode(), sentence)
    assert standing(challenge, ZOE).tries_left == challenge.tries


@pytest.mark.parametrize("case", FILES)
def test_a_wrong_file(made, case):
    refused(made(), *FILES[case])


def test_any_order_of_rows_and_columns_and_any_spreadsheet_is_read(made):
    challenge = made(pause=0.0)
    table = truth_table(challenge, 0.1)
    texts = {
        "shuffled": table.sample(frac=1, random_state=1)[["p", "sample", "alpha"]].to_csv(
            index=False
        ),
        "more columns": table.assign(xi=3.0).to_csv(index=False),
        "comma as decimal sign": table.to_csv(index=False, sep=";", decimal=","),
        "tabs": table.to_csv(index=False, sep="\t"),
        "Windows": table.to_csv(index=False, lineterminator="\r\n"),
    }
    contents = {name: text.encode() for name, text in texts.items()}
    contents["UTF-16"] = table.to_csv(index=False).encode("utf-16")
    contents["byte-order mark"] = table.to_csv(index=False).encode("utf-8-sig")
    scores = set()
    for k, content in enumerate(contents.values()):
        receipt = submit(challenge, content, Participant(f"p-{k}", f"P{k}"))
        scores.add(receipt.score)
    assert len(scores) == 1


def test_numbers_outside_the_prior_are_moved_to_its_edge(made):
    challenge = made()
    table = truth_table(challenge)
    table.loc[:4, "p"] = 1e300
    receipt = submit(challenge, table, ZOE)
    assert "5 numbers outside of the prior were moved to its edge" in receipt.sentence
    assert receipt.score < 0.1


def test_the_template_can_be_submitted(made):
    for k, metric in enumerate(("weighted_mse", "macro_f1", "interval_score")):
        challenge = made(metric, id=f"ch-20260101-000000-000{k}")
        assert np.isfinite(submit(challenge, template_csv(challenge), ZOE).score)


def test_a_wrong_class_and_crossed_ends(made):
    kernels = made("macro_f1")
    table = truth_table(kernels)
    table.loc[3, "kernel"] = "gauss"
    refused(kernels, table, "must be one of gaussian, power_law, rkky, got 'gauss'")
    bars = made("interval_score", id="ch-20260101-000000-b0b1")
    table = truth_table(bars, 0.1)
    table.loc[3, "p_low"] = 3.5
    table.loc[3, "p_high"] = 2.5
    refused(bars, table, "p_low of b0b1-00003 must be at most p_high, got 3.5 and 2.5")


def test_before_the_start_and_after_the_end(made):
    now = time.time()
    early = made(starts=now + 600)
    refused(early, template_csv(early), "begins in 10 min")
    late = made(id="ch-20260101-000000-b0b1", ends=now - 1)
    refused(late, template_csv(late), "has ended. Ask the organiser to extend it")
    extend(late, time.time() + 60)
    assert submit(late, template_csv(late), ZOE).rank == 1


def test_frozen_and_closed(made):
    challenge = made()
    freeze(challenge)
    refused(challenge, template_csv(challenge), "Submissions are paused")
    unfreeze(challenge)
    close(challenge, reveal=False)
    refused(challenge, template_csv(challenge), "has ended")
    reopen(challenge, time.time() + 60)
    submit(challenge, template_csv(challenge), ZOE)
    close(challenge)
    with pytest.raises(InputError, match="revealed, so no more submissions can count"):
        reopen(challenge, time.time() + 60)


def test_too_often_and_too_many(made):
    challenge = made(pause=60.0, tries=1)
    submit(challenge, truth_table(challenge, 0.1), ZOE)
    with pytest.raises(InputError, match="All 1 tries are used"):
        submit(challenge, truth_table(challenge, 0.2), ZOE)
    set_tries(challenge, ZOE, 2)
    assert standing(challenge, ZOE).tries_left == 1
    with pytest.raises(InputError, match="One submission per 60 s and team"):
        submit(challenge, truth_table(challenge, 0.2), ZOE)
    assert 50 < standing(challenge, ZOE).wait <= 60


def test_tries_and_pause_are_looked_at_before_the_file(made, monkeypatch):
    challenge = made(pause=60.0)
    submit(challenge, truth_table(challenge, 0.1), ZOE)
    monkeypatch.setattr(submitting, "read_answer", lambda *_: pytest.fail("the file was read"))
    with pytest.raises(InputError, match="One submission per 60 s and team"):
        submit(challenge, b"anything", ZOE)


def test_no_more_rows_are_read_than_there_are_curves(made, monkeypatch):
    challenge = made()
    n_read = 0
    rows = reading._rows

    def counted(*args):
        nonlocal n_read
        for row in rows(*args):
            n_read += 1
            yield row

    monkeypatch.setattr(reading, "_rows", counted)
    refused(challenge, b"sample,alpha,p\n" + b"a,1,1\n" * 40_000, "no curve 'a'")
    assert n_read == challenge.n_test + 1
    n_read = 0
    refused(challenge, b"sample,x\n" + b"a,1\n" * 40_000, "A column is missing: alpha")
    assert n_read == 0


@pytest.mark.parametrize(("change", "sentence"), [(close, "has ended"), (freeze, "Submissions")])
def test_what_arrives_while_the_challenge_is_closed_does_not_count(
    made, monkeypatch, change, sentence
):
    challenge = made()
    read = submitting.read_answer

    def slow(*args):
        change(challenge)
        return read(*args)

    monkeypatch.setattr(submitting, "read_answer", slow)
    refused(challenge, truth_table(challenge, 0.1), sentence)


def test_the_choice_is_final_once_the_result_is_revealed(made):
    challenge = made()
    for noise in (0.2, 0.02):
        submit(challenge, truth_table(challenge, noise), ZOE)
    close(challenge)
    with pytest.raises(InputError, match="is closed, so the choice cannot change"):
        choose(challenge, ZOE, 1)


def test_the_same_predictions_again_cost_no_try_and_those_of_another_team_are_marked(made):
    from nmr_core.challenge import board

    challenge = made()
    table = truth_table(challenge, 0.1)
    submit(challenge, table, ZOE)
    with pytest.raises(InputError, match="are those of your submission 1"):
        submit(challenge, table.iloc[::-1], ZOE)
    assert standing(challenge, ZOE).tries_left == challenge.tries - 1
    assert "Another team has submitted the same" in submit(challenge, table, MAX).sentence
    assert all(row.is_twin for row in board(challenge).rows)


def test_a_team_shares_its_tries_and_its_code_opens_it_once(made):
    challenge = made(team_size=2, tries=3)
    code = make_team(challenge, ZOE, "Spins").code
    assert join_team(challenge, MAX, f" {code[:4].lower()}-{code[4:]} ").members == ("Zoe", "Max")
    submit(challenge, truth_table(challenge, 0.1), ZOE)
    receipt = submit(challenge, truth_table(challenge, 0.2), MAX)
    assert receipt.tries_left == 1
    assert [attempt.by for attempt in history(challenge, ZOE)] == ["Zoe", "Max"]
    with pytest.raises(InputError, match="has 2 people, which is the most"):
        join_team(challenge, Participant("p-3", "Eve"), code)
    with pytest.raises(InputError, match="has submitted already, so you stay in it"):
        make_team(challenge, MAX, "Echoes")
    with pytest.raises(InputError, match="no team with this code"):
        join_team(challenge, Participant("p-3", "Eve"), "AAAA-AAAA")
    with pytest.raises(InputError, match="There is a team spins already"):
        make_team(challenge, Participant("p-3", "Eve"), "spins")


def test_an_organiser_moves_a_person_who_has_submitted(made):
    challenge = made(team_size=2)
    submit(challenge, truth_table(challenge, 0.1), ZOE)
    team = make_team(challenge, MAX, "Echoes")
    with pytest.raises(InputError, match="no team 't-none'"):
        move(challenge, ZOE.id, "t-none")
    move(challenge, ZOE.id, team.id)
    assert [(one.name, one.team_name) for one in members(challenge)] == [
        ("Zoe", "Echoes"),
        ("Max", "Echoes"),
    ]
    assert history(challenge, ZOE) == []
    # A team that is left by its last person gives its name back
    other = make_team(challenge, Participant("p-3", "Eve"), "Rabi")
    move(challenge, "p-3", team.id)
    assert make_team(challenge, Participant("p-4", "Ida"), "Rabi").id != other.id


def test_no_team_has_the_name_of_the_linear_estimate(made):
    challenge = made()
    with pytest.raises(InputError, match="There is a team Linear estimate already"):
        make_team(challenge, ZOE, "Linear  estimate")
    submit(challenge, truth_table(challenge, 0.1), Participant("p-3", "linear estimate"))
    assert members(challenge)[0].team_name == "linear estimate 2"


def test_two_people_with_one_name_have_two_rows(made):
    from nmr_core.challenge import board

    challenge = made()
    for k in range(2):
        submit(challenge, truth_table(challenge, 0.1 + 0.1 * k), Participant(f"p-{k}", "Zoe"))
    assert [row.name for row in board(challenge).rows] == ["Zoe", "Zoe 2"]
