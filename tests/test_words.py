"""The language of sources, pages and documentation, against the phrases of .ci/words.txt."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = ("nmr_core", "ui", "pages", "docs", "app.py", "README.md", "CONTRIBUTING.md")
ENDINGS = (".py", ".pyi", ".md", ".toml")


def _phrases() -> list[tuple[int, str, str]]:
    """(allowed number, regular expression, what to write instead)."""
    lines = (ROOT / ".ci" / "words.txt").read_text(encoding="utf-8").splitlines()
    phrases = []
    for line in lines:
        if line and not line.startswith("#"):
            allowed, _, rest = line.partition(" | ")
            pattern, _, instead = rest.partition(" => ")
            phrases.append((int(allowed), pattern, instead))
    return phrases


def _texts() -> dict[str, str]:
    """Place in the repository -> text of each file."""
    files = [
        file
        for place in PLACES
        for file in ((ROOT / place).rglob("*") if (ROOT / place).is_dir() else [ROOT / place])
    ]
    return {
        str(file.relative_to(ROOT)): file.read_text(encoding="utf-8")
        for file in files
        if file.suffix in ENDINGS
    }


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return _texts()


@pytest.mark.parametrize(
    ("allowed", "pattern", "instead"), _phrases(), ids=lambda value: str(value)[:24]
)
def test_a_phrase_is_avoided(texts, allowed, pattern, instead):
    phrase = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    places = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for name, text in texts.items()
        for match in phrase.finditer(text)
    ]
    assert len(places) <= allowed, f"Write instead: {instead}.\n" + "\n".join(places)


def test_sources_were_read(texts):
    assert len(texts) > 300
