"""Damaged files of every format: a reading that their headers agree with, or a clean sentence.

benchmarks/fuzz_readers.py does the same with 10^5 files and limits of memory and time.
"""

import shutil

import pytest
from fuzzing import KINDS, Case, case, original, outcome, put

ROUNDS = 12
"""Damaged files per kind."""


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("originals")


@pytest.mark.parametrize("kind", KINDS)
def test_the_undamaged_file_is_read(kind, scratch, tmp_path):
    one = Case(kind, original(kind, scratch), True, "nothing", (b"", b""))
    assert outcome(one, put(one, tmp_path)) == "read"


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_read_as_its_header_says_or_refused_in_a_sentence(
    kind, scratch, tmp_path
):
    first = list(KINDS).index(kind)
    for k in range(first, ROUNDS * len(KINDS), len(KINDS)):
        one = case(k, scratch)
        assert one.kind == kind
        folder = tmp_path / str(k)
        folder.mkdir()
        answer = outcome(one, put(one, folder))
        assert answer in ("read", "refused"), f"case {k}, {one.what}: {answer}"
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "number",
    [
        1_019_889,
        884_085,
        849_526,
        859_133,
        837_846,
        809_846,
        514_819,
        701_823,
        503_788,
        455_128,
        420_530,
        428_758,
        436_514,
        443_530,
        402_032,
        300_391,
        306_069,
        322_309,
        311_383,
        317_113,
        321_456,
        300_720,
        308_549,
    ],
)
def test_damages_that_were_found(number, scratch, tmp_path):
    # Overflows, a long name, quotation marks within a quotation, one value per point, no checksum
    one = case(number, scratch)
    assert outcome(one, put(one, tmp_path / "file")) in ("read", "refused")
