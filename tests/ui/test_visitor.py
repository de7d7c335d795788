"""Who is here."""

import os
from types import SimpleNamespace

import pytest
import streamlit as st

from ui.shared import visitor


def _cookie(token: bytes) -> str:
    """The cookie as Streamlit writes it: with a mask of its own in every answer."""
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(token))
    return f"2|{mask.hex()}|{masked.hex()}|1790000000"


@pytest.fixture
def visit(monkeypatch):
    """``visit(cookie)``: be the browser with this cookie, on this computer; its owner's name."""
    monkeypatch.setattr(visitor, "_last_click", {})

    def visit(cookie: str, *, address: str | None = None, **headers: str) -> str:
        cookies = {"_streamlit_xsrf": cookie}
        context = SimpleNamespace(cookies=cookies, ip_address=address, headers=headers)
        monkeypatch.setattr(st, "context", context)
        visitor.arrive()
        return visitor.owner()

    return visit


def test_a_browser_stays_the_same_after_a_reload(visit):
    token, other = os.urandom(16), os.urandom(16)
    assert visit(_cookie(token)) == visit(_cookie(token))
    assert visit(_cookie(token)) != visit(_cookie(other))


@pytest.mark.parametrize("cookie", ["", "2|", "2||00|1", "2|zz|00|1", "a|b", "2|00|zz|1"])
def test_a_damaged_cookie_makes_a_visitor_of_this_session_only(visit, cookie):
    assert len(visit(cookie)) == 12


def test_on_a_laptop_everything_is_ones_own(visit):
    visit(_cookie(b"first"))
    assert visitor.alone()
    assert visitor.may_change("somebody of yesterday")


def test_two_visitors_change_their_own_things_only(visit):
    first = visit(_cookie(b"first"))
    second = visit(_cookie(b"second"))
    assert visitor.may_change(second)
    assert not visitor.may_change(first)
    assert visitor.may_change(""), "from the command line, or made before owners were recorded"
    assert [visitor.person(name) for name in (first, second, "")] == ["another visitor", "you", ""]


@pytest.mark.parametrize("where", [{"address": "10.0.0.7"}, {"X-Forwarded-For": "10.0.0.7"}])
def test_a_lone_visitor_from_elsewhere_is_not_alone(visit, where):
    visit(_cookie(b"first"), **where)
    assert not visitor.may_change("somebody")


@pytest.mark.parametrize(
    "headers", [{"Via": "1.1 proxy"}, {"X-Real-IP": "10.0.0.7"}, {"Origin": "https://echo.lab.org"}]
)
def test_a_proxy_on_this_computer_makes_nobody_the_owner_of_everything(visit, headers):
    visit(_cookie(b"first"), **headers)
    assert not visitor.may_change("somebody")


def test_the_origin_of_a_laptop_is_the_laptop(visit):
    visit(_cookie(b"first"), Origin="http://localhost:8501")
    assert visitor.may_change("somebody of yesterday")


def test_the_calibration_of_a_run_does_not_change_its_owner(monkeypatch):
    jobs = [
        SimpleNamespace(kind="robustness", owner="B", params={"run": "r-1", "other": "r-2"}),
        SimpleNamespace(kind="calibrate", owner="B", params={"run": "r-1"}),
        SimpleNamespace(
            kind="robustness", owner="C", params={"run": "r-1", "other": "r-3"} | TRAINED
        ),
        SimpleNamespace(kind="train", owner="A", params={"run": "r-2"}),
        SimpleNamespace(kind="train", owner="A", params={"run": "r-1"}),
    ]
    monkeypatch.setattr(visitor.job_list, "jobs", lambda limit: jobs)
    recorded = {"r-1": "", "r-2": "", "r-3": "", "r-4": "", "r-5": "E"}
    owners = {"r-1": "A", "r-2": "A", "r-3": "C", "r-4": "", "r-5": "E"}
    assert visitor.owners("run", recorded) == owners


TRAINED = {"train_with_effects": {"effects": []}}
