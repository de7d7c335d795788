"""The compiled inner loop of text import: bytes in, a matrix of numbers out.

Its naive twin, which also explains what is wrong with a file, is :mod:`nmr_core.io.slow_numbers`.
"""

import numpy as np
from numba import njit

from nmr_core.compilation import compiled

POWERS = 10.0 ** np.arange(301)
DIGITS = 18
"""Digits of a number that fit into 64 bits; further ones only count for its size."""
EXACT_DIGITS, EXACT_POWER = 15, 22
"""Up to here one product or quotient of doubles is correctly rounded (Clinger, PLDI 1990)."""
MAX_POWER = 300
SPACE, TAB, LINE_FEED, CARRIAGE_RETURN = 32, 9, 10, 13
HASH, PLUS, MINUS, POINT = 35, 43, 45, 46
SMALL_E, LARGE_E = 101, 69
SMALL_D, LARGE_D = 100, 68
"""Fortran writes the exponent of double precision as D."""
ZERO = 48


@njit(inline="always", error_model="numpy")
def _after_line(text, i):
    """Index of the line end at or after ``i``."""
    while i < len(text) and text[i] not in (LINE_FEED, CARRIAGE_RETURN):
        i += 1
    return i


@njit(inline="always", error_model="numpy")
def _scaled(mantissa, exponent, powers):
    """mantissa * 10**exponent by one multiplication or division, so that it is rounded once."""
    return mantissa / powers[-exponent] if exponent < 0 else mantissa * powers[exponent]


@njit(inline="always", error_model="numpy")
def _out_of_reach(digits, exponent, exact):
    """Whether a number is beyond the table of powers or, if ``exact``, might be rounded twice."""
    if abs(exponent) > MAX_POWER:
        return True
    return exact and (digits > EXACT_DIGITS or abs(exponent) > EXACT_POWER)


@compiled(nogil=True, error_model="numpy")
def parse_rows(text, matrix, powers, exact):
    """Fill a matrix with the numbers of a text, one row per line.

    Parameters
    ----------
    text : uint8 (n_bytes,)
        White space between numbers; "#" at the beginning of a line starts a comment; LF or CR ends
        a line.
    matrix : float (n_rows, n_columns)
        Filled from its first row on; float32 or float64.
    powers : float64 (301,)
        :data:`POWERS`.
    exact : bool
        Give up at a number that two roundings might change in its last bit.

    Returns
    -------
    int
        Number of rows, or -1 at the first thing that is no number, at a row of another length, and
        at numbers beyond
        1e±300; :func:`nmr_core.io.slow_numbers.explain` then says what is wrong or reads it
        exactly.
    """
    # The loops over digits stay in this function: in separate ones they take twice as long.
    n, n_columns = len(text), matrix.shape[1]
    i = row = column = 0
    while i < n:
        # White space, line ends and comments between numbers
        byte = text[i]
        if byte in (SPACE, TAB):
            i += 1
            continue
        if byte in (LINE_FEED, CARRIAGE_RETURN):
            i += 1
            if column:
                if column != n_columns:
                    return -1
                row, column = row + 1, 0
            continue
        if byte == HASH and column == 0:
            i = _after_line(text, i)
            continue

        # Sign
        negative = byte == MINUS
        if byte in (MINUS, PLUS):
            i += 1

        # Digits and decimal point: mantissa * 10**exponent
        mantissa = digits = exponent = length = 0
        point = False
        while i < n:
            digit = np.int64(text[i]) - ZERO
            if 0 <= digit <= 9:
                length += 1
                if digits < DIGITS:
                    mantissa = mantissa * 10 + digit
                    digits += mantissa > 0
                    exponent -= point
                else:  # too long for 64 bits: only the size of the number counts
                    exponent += not point
                    digits += 1
            elif digit == POINT - ZERO and not point:
                point = True
            else:
                break
            i += 1
        if length == 0:
            return -1

        # Exponent
        if i < n and text[i] in (SMALL_E, LARGE_E, SMALL_D, LARGE_D):
            i += 1
            falls = i < n and text[i] == MINUS
            if i < n and (text[i] in (MINUS, PLUS)):
                i += 1
            power, begin = 0, i
            while i < n and ZERO <= text[i] <= ZERO + 9 and power < 10_000:
                power = power * 10 + np.int64(text[i]) - ZERO
                i += 1
            if i == begin:
                return -1
            exponent += -power if falls else power

        # The number must end here, fit into its row, and be representable
        if i < n and text[i] not in (SPACE, TAB, LINE_FEED, CARRIAGE_RETURN):
            return -1
        if column == n_columns or _out_of_reach(digits, exponent, exact):
            return -1
        value = _scaled(mantissa, exponent, powers)
        matrix[row, column] = -value if negative else value
        column += 1

    # The last line may have no end
    if column:
        if column != n_columns:
            return -1
        row += 1
    return row
