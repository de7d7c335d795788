"""The page Glossary, and the headings of the documentation that terms link to."""

import re

import pytest

from nmr_core.glossary import GROUPS, terms
from nmr_core.glossary.page import glossary_page
from nmr_core.glossary.term import PAGE

HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _headings(text: str) -> set[str]:
    """Anchors of all headings, as MkDocs makes them."""
    words = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in HEADING.findall(text))
    return {re.sub(r"[\s-]+", "-", heading) for heading in words}


@pytest.fixture(scope="module")
def anchors(repository):
    """Page -> anchors of its headings."""
    docs = repository / "docs"
    pages = {str(file.relative_to(docs)): file.read_text() for file in docs.rglob("*.md")}
    return {page: _headings(text) for page, text in (pages | {PAGE: glossary_page()}).items()}


def test_a_term_links_to_a_heading_that_exists(anchors):
    for key, entry in terms().items():
        page, _, heading = entry.link.partition("#")
        assert page in anchors, key
        assert not heading or heading in anchors[page], key


def test_the_page_has_every_term_and_every_parameter():
    page = glossary_page()
    for entry in terms().values():
        assert entry.meaning.replace("|", "\\|") in page
    assert all(f"## {heading}" in page for heading in GROUPS.values())
    assert "| α | `alpha` | MHz |" in page
    assert "| ωp | `omega_p` | line widths |" in page
