"""The compiled inner loop of text import: bytes in, a matrix of numbers out. Its naive twin is :mod:`.slow_numbers`."""

import numpy as np
from numba import njit

POWERS = 10.0 ** np.arange(301)
DIGITS = 18
"""Digits of a number that fit into 64 bits; further ones only count for its size."""
EXACT_DIGITS, EXACT_POWER = 15, 22
"""Up to here one multiplication or division of doubles is correctly rounded (Clinger, PLDI 1990)."""


@njit(nogil=True, cache=True, error_model="numpy")
def parse_rows(text, matrix, powers, exact):
    """Fill ``matrix`` (rows, columns) from text; return the number of rows, or -1 at the first thing that is no number,
    at a row of another length, at numbers of size 1e±300 and, if ``exact``, at one that might be rounded differently.

    text : uint8 (n_bytes,), white space between numbers, "#" starts a comment line, \\n or \\r ends a row
    """
    n, n_columns = len(text), matrix.shape[1]
    i = row = column = 0
    while i < n:
        byte = text[i]
        if byte == 32 or byte == 9:
            i += 1
            continue
        if byte == 10 or byte == 13:
            i += 1
            if column:
                if column != n_columns:
                    return -1
                row, column = row + 1, 0
            continue
        if byte == 35 and column == 0:
            while i < n and text[i] != 10 and text[i] != 13:
                i += 1
            continue
        negative = byte == 45
        if byte == 45 or byte == 43:
            i += 1
        mantissa = digits = exponent = seen = 0
        point = False
        while i < n:
            digit = np.int64(text[i]) - 48
            if 0 <= digit <= 9:
                seen += 1
                if digits < DIGITS:
                    mantissa = mantissa * 10 + digit
                    digits += mantissa > 0
                    exponent -= point
                else:
                    exponent += not point
                    digits += 1
            elif digit == -2 and not point:
                point = True
            else:
                break
            i += 1
        if seen == 0:
            return -1
        if i < n and (text[i] == 101 or text[i] == 69):
            i += 1
            falls = i < n and text[i] == 45
            if i < n and (text[i] == 45 or text[i] == 43):
                i += 1
            power, begin = 0, i
            while i < n and 48 <= text[i] <= 57 and power < 10_000:
                power = power * 10 + np.int64(text[i]) - 48
                i += 1
            if i == begin:
                return -1
            exponent += -power if falls else power
        if i < n and text[i] != 32 and text[i] != 9 and text[i] != 10 and text[i] != 13:
            return -1
        if (
            column == n_columns
            or abs(exponent) > 300
            or (exact and (digits > EXACT_DIGITS or abs(exponent) > EXACT_POWER))
        ):
            return -1
        value = mantissa / powers[-exponent] if exponent < 0 else mantissa * powers[exponent]
        matrix[row, column] = -value if negative else value
        column += 1
    if column:
        if column != n_columns:
            return -1
        row += 1
    return row
