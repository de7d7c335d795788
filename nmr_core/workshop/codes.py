"""Codes that people read from a wall and type on a phone.

The alphabet is that of Crockford's base 32: no I, L, O and U. What is typed may have small letters,
spaces and hyphens, and I, L, O and U for 1, 1, 0 and V.
"""

import secrets

from nmr_core.errors import InputError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ROOM_LENGTH, RETURN_LENGTH = 8, 10
"""Characters of 5 random bits each: 40 bits of a room, 50 of a return."""
_LOOK_ALIKES = str.maketrans("OILU", "011V")


def new_code(length: int) -> str:
    """A random code of ``length`` characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def typed(text: str, length: int) -> str:
    """The code that was meant by what a person typed.

    Parameters
    ----------
    text : str
        As typed, or from an address.
    length : int
        Characters of such a code.

    Raises
    ------
    InputError
        It cannot be such a code.
    """
    plain = "".join(sign for sign in text[:100].upper() if sign not in " -–\t\r\n")
    plain = plain.translate(_LOOK_ALIKES)
    if len(plain) != length or not set(plain) <= set(ALPHABET):
        raise InputError(
            f"A code has {length} letters and digits, got {text.strip()[:40]!r}. "
            "Type it as it stands on the wall or on your own page."
        )
    return plain


def spaced(code: str) -> str:
    """A code in two halves for reading, "ABCD-2345"."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"
