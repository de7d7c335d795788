"""The compiled parser against its naive twin, and against Python's float."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_core.io.fast_numbers import POWERS, parse_rows
from nmr_core.io.slow_numbers import explain

FORMS = ("{:.6e}", "{:.18e}", "{!r}", "{:f}", "{:+.3g}", "{:.17g}")


def _parsed(text: bytes, n_columns: int, dtype=np.float64, exact=True):
    matrix = np.full((text.count(b"\n") + text.count(b"\r") + 1, n_columns), 99, dtype)
    n = parse_rows(np.frombuffer(text, np.uint8), matrix, POWERS, exact)
    return matrix[:n] if n >= 0 else None


@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from(FORMS)
        ),
        min_size=1,
    ),
    st.sampled_from([b" ", b"\t", b"   ", b" \t "]),
    st.sampled_from([b"\n", b"\r\n", b"\r", b" \n\n"]),
)
def test_it_agrees_with_its_twin(numbers, space, end):
    cells = [form.format(number).encode() for number, form in numbers]
    text = b"# a comment" + end + space.join(cells) + end + space.join(cells[::-1]) + end
    twin = explain(text.replace(b"\r", b"\n"), "numbers.txt", 0, len(cells))
    assert twin[0].tolist() == [float(cell) for cell in cells]
    fast = _parsed(text, len(cells))
    if fast is not None:
        assert np.array_equal(fast, twin)
    close = _parsed(text, len(cells), exact=False)
    if close is not None:
        assert close == pytest.approx(twin, rel=4e-16, abs=0)


def test_typical_numbers_need_no_twin():
    """Single precision in digits that give it back; six decimals, as in the challenges."""
    numbers = np.random.default_rng(2).normal(size=2000).astype(np.float32) * np.float32(0.3)
    text = " ".join(f"{x:.6e} {float(x):.6g} {x!s}" for x in numbers).encode()
    assert np.array_equal(_parsed(text, 6000)[0], [float(cell) for cell in text.split()])
    assert np.array_equal(_parsed(text, 6000, np.float32)[0][2::3], numbers)


@pytest.mark.parametrize(
    "text",
    [
        b"1 2\n3",
        b"1 2 3\n",
        b"1 x\n",
        b"1 .\n",
        b"1 1e\n",
        b"1 1e+\n",
        b"1 --1\n",
        b"1 1.2.3\n",
        b"1 nan\n",
        b"1 inf\n",
        b"1 1,5\n",
        b"1 1e400\n",
        b"1 0x1\n",
        b"1 1_0\n",
        b"1 1-1\n",
        b"1 \xff\n",
    ],
)
def test_what_is_no_number_or_no_row_is_not_read(text):
    assert _parsed(text, 2) is None
    assert _parsed(text, 2, exact=False) is None


@pytest.mark.parametrize("text", [b"1.2345678901234567890 1\n", b"1e30 1\n", b"1e-30 1\n"])
def test_numbers_that_might_be_rounded_differently_go_to_the_twin_when_they_must_be_exact(text):
    assert _parsed(text, 2) is None
    assert _parsed(text, 2, exact=False)[0].tolist() == pytest.approx(
        [float(cell) for cell in text.split()], rel=4e-16
    )
