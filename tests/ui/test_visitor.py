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
    """``visit(cookie)``: the owner's name for a browser with this cookie."""

    def owner(cookie: str) -> str:
        context = SimpleNamespace(cookies={"_streamlit_xsrf": cookie})
        monkeypatch.setattr(st, "context", context)
        return visitor.owner()

    return owner


def test_a_browser_stays_the_same_after_a_reload(visit):
    token, other = os.urandom(16), os.urandom(16)
    assert visit(_cookie(token)) == visit(_cookie(token))
    assert visit(_cookie(token)) != visit(_cookie(other))


@pytest.mark.parametrize("cookie", ["", "2|", "2||00|1", "2|zz|00|1", "a|b", "2|00|zz|1"])
def test_a_damaged_cookie_makes_a_visitor_of_this_session_only(visit, cookie):
    assert len(visit(cookie)) == 12
