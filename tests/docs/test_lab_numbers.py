"""docs/labs.md holds the numbers that the tests of the labs reproduce."""

import re

import pytest

from nmr_core.labs.registry import LABS


@pytest.mark.parametrize("lab", LABS.values(), ids=list(LABS))
def test_the_page_holds_every_number_of_a_lab(lab, repository):
    text = (repository / "docs" / "labs.md").read_text(encoding="utf-8")
    section = re.search(rf"^\| {lab.number} {lab.slug} .*?(?=^\| \d|^$)", text, re.M | re.S)
    assert section
    numbers = [float(text) for text in re.findall(r"\d+(?:\.\d+)?", section[0].replace(",", ""))]
    for reference in lab.references:
        assert reference.value in numbers, reference
