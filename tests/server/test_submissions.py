"""Submissions by programs: a token instead of a session, refused early where they are too many or
too large.
"""

import math
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from nmr_core.challenge import submitting
from nmr_core.errors import InputError
from ui.challenge import access
from ui.server import pace, submissions

PATH = "/challenge/ch-1/submissions"


@dataclass
class Receipt:
    score: float = 0.034
    error: float = math.nan
    rank: int = 1
    sentence: str = "Better than before."


@dataclass
class Core:
    """Challenges without curves; notes what it is asked to score."""

    contents: list = field(default_factory=list)

    def open(self, id, person):
        if id != "ch-1":
            raise InputError(f"There is no challenge {id!r} here. Choose one of the list.")
        return id

    def submit(self, present, content, by, note="", run="", address=""):
        if content == b"bad":
            raise InputError("A column is missing: alpha. Use the template.")
        self.contents.append((content, by.id, note, address))
        return Receipt()


@pytest.fixture
def core(monkeypatch) -> Core:
    fake = Core()
    monkeypatch.setattr(access, "open_challenge", fake.open)
    monkeypatch.setattr(submitting, "submit", fake.submit)
    return fake


@pytest.fixture
def zoe(house):
    """A person, and the header of the person's programs."""
    person = house.person()
    return person, {"authorization": f"Bearer {house.team.tokens.renew(person.id)}"}


def test_a_program_submits_with_its_token(house, core, zoe):
    person, bearer = zoe
    answer = house.ask("POST", f"{PATH}?note=first", headers=bearer, content=b"sample,alpha")
    assert answer.status_code == 201
    assert answer.json() == {
        "score": 0.034,
        "error": None,
        "rank": 1,
        "sentence": "Better than before.",
    }
    assert core.contents == [(b"sample,alpha", person.id, "first", "10.0.0.1")]
    assert house.behind.reached == []


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer x", "Bearer echo_" + "a" * 43, "Basic em9lOng=", "é"]
)
def test_without_a_token_nothing_is_read(house, core, zoe, authorization):
    async def unread():
        pytest.fail("the body was read")
        yield b""

    headers = {"authorization": authorization}
    answer = house.ask("POST", PATH, headers=headers, content=unread())
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "token is not valid" in answer.json()["error"]
    assert core.contents == []


def test_a_session_is_no_token_and_a_token_is_no_session(house, core, zoe):
    person, bearer = zoe
    assert house.ask("POST", PATH, house.cookie(person)).status_code == 401
    assert house.ask("GET", "/simulate", headers=bearer).status_code == 303
    assert house.ask("POST", "/any", headers=bearer).status_code == 403
    assert house.behind.reached == []


def test_the_token_of_a_disabled_person_is_void(house, core, zoe):
    person, bearer = zoe
    house.team.register.set_disabled(person.id, True)
    assert house.ask("POST", PATH, headers=bearer, content=b"x").status_code == 401


@pytest.mark.parametrize("path", ["/challenge/ch-2/submissions", "/challenge/ch-2/curves"])
def test_an_unknown_challenge_is_not_found(house, core, zoe, path):
    method = "POST" if path.endswith("submissions") else "GET"
    answer = house.ask(method, path, headers=zoe[1])
    assert answer.status_code == 404
    assert "There is no challenge 'ch-2' here" in answer.json()["error"]


def test_a_refused_file_is_one_sentence(house, core, zoe):
    answer = house.ask("POST", PATH, headers=zoe[1], content=b"bad")
    assert answer.status_code == 400
    assert answer.json() == {"error": "A column is missing: alpha. Use the template."}


def test_fifty_megabytes_are_refused_by_their_announcement(house, core, zoe):
    async def endless():
        pytest.fail("the body was read")
        yield b""

    headers = zoe[1] | {"content-length": "50000000"}
    answer = house.ask("POST", PATH, headers=headers, content=endless())
    assert answer.status_code == 413
    assert "at most 8 MB" in answer.json()["error"]


def test_a_body_without_a_length_ends_at_the_limit(house, core, zoe):
    n_read = 0

    async def much():
        nonlocal n_read
        for _ in range(50):
            n_read += 1
            yield bytes(1_000_000)

    answer = house.ask("POST", PATH, headers=zoe[1], content=much())
    assert answer.status_code == 413
    assert core.contents == []


def test_a_flood_of_one_person_is_stopped_and_others_go_on(house, core, zoe, monkeypatch):
    monkeypatch.setattr(pace, "PER_MINUTE", 3)
    for _ in range(3):
        assert house.ask("POST", PATH, headers=zoe[1], content=b"x").status_code == 201
    answer = house.ask("POST", PATH, headers=zoe[1], content=b"x")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 61
    other = {"authorization": f"Bearer {house.team.tokens.renew(house.person('Max').id)}"}
    assert house.ask("POST", PATH, headers=other, content=b"x").status_code == 201


def test_more_at_once_than_there_are_places_are_sent_away():
    limit = submissions._Places(submissions.AT_ONCE)
    with ExitStack() as stack:
        for _ in range(submissions.AT_ONCE):
            stack.enter_context(limit.place())
        with pytest.raises(submissions.Refused, match="Too many") as refusal:
            stack.enter_context(limit.place())
    assert refusal.value.status == 503
    with limit.place():
        pass


def test_slow_uploads_of_one_person_keep_no_one_else_waiting(house, core, zoe):
    """One upload per person arrives at a time, and none holds one of the places for work."""
    max_bearer = {"authorization": f"Bearer {house.team.tokens.renew(house.person('Max').id)}"}
    answers = []

    async def slow():
        """While the first part of a file has arrived, others submit."""
        yield b"sample"
        for bearer in (zoe[1], max_bearer):
            answers.append(await house.asking("POST", PATH, headers=bearer, content=b"x"))
        yield b",alpha"

    assert house.ask("POST", PATH, headers=zoe[1], content=slow()).status_code == 201
    assert [answer.status_code for answer in answers] == [429, 201]
    assert "still arriving" in answers[0].json()["error"]
    assert house.ask("POST", PATH, headers=zoe[1], content=b"x").status_code == 201


def test_no_other_method_and_no_near_path_is_open(house, core, zoe):
    assert house.ask("GET", PATH, headers=zoe[1]).status_code == 404
    assert house.ask("OPTIONS", PATH, headers={"origin": "https://evil.org"}).status_code == 404
    for path in (
        "/challenge",
        "/challenge/ch-1",
        "/challenge/ch-1/board",
        "/challenge/../x/curves",
    ):
        assert house.ask("GET", path, headers=zoe[1]).status_code == 303
        assert house.ask("POST", path, headers=zoe[1]).status_code == 403
    assert house.behind.reached == []
