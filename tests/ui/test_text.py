"""Words: user text loses its Markdown meaning and nothing else; numbers become readable."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.shared.text import clock, duration, megabytes, quoted

TRICKS = [
    "**bold**",
    "_it_ `code`",
    "[x](https://example.org)",
    "![x](https://example.org/x.png)",
    "# title",
    "> quote",
    "- item",
    "1. item",
    "<b>html</b>",
    ":red[text]",
    ":material/home:",
    "$x^2$",
    "~~gone~~",
    "a|b",
    r"\*",
    "&lt;",
    "https://example.org",
]
SPECIAL = re.compile(r"[\\`*_{}\[\]()#+\-.!|<>~:$^&]")


@pytest.mark.parametrize("text", TRICKS)
def test_every_special_character_is_escaped(text):
    assert not SPECIAL.search(re.sub(r"\\.", "", quoted(text)))


@given(st.text())
@example("\\")
@example("\\*")
def test_nothing_is_lost(text):
    assert re.sub(r"\\(.)", r"\1", quoted(text), flags=re.DOTALL) == text


@pytest.mark.parametrize("text", ["Ridge on raw curve", "α = 0,1 MHz", "", "50 %"])
def test_harmless_text_stays(text):
    assert quoted(text) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (12.4, "12 s"),
        (89.4, "89 s"),
        (90, "2 min"),
        (5399, "90 min"),
        (5400, "1.5 h"),
        (36_000, "10.0 h"),
    ],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("n_bytes", "text"), [(0, "0 kB"), (3_800_000, "3.8 MB"), (2_500_000_000, "2,500 MB")]
)
def test_sizes(n_bytes, text):
    assert megabytes(n_bytes) == text


def test_a_clock_names_the_day_if_it_is_another_one():
    noon = datetime(2026, 12, 24, 12, tzinfo=UTC).timestamp()
    assert clock(noon) == "24 Dec, 12:00"
    assert clock(noon, "Europe/Berlin") == "24 Dec, 13:00"
    now = datetime.now(UTC)
    assert clock(now.timestamp()) == f"{now:%H:%M}"
