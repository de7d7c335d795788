"""Docstrings as help texts of the app."""

import re
from collections.abc import Callable
from inspect import getdoc

SECTION = re.compile(r"\n+[A-Z][A-Za-z ]+\n-{3,}\n")
"""The heading of a numpydoc section, such as "Parameters"."""


def description(documented: Callable[..., object] | type) -> str:
    """The part of a docstring that stands before its first numpydoc section.

    Parameters
    ----------
    documented : function or class
        Object with a numpydoc docstring.

    Returns
    -------
    str
        Without indentation; "" if there is no docstring.
    """
    return SECTION.split(getdoc(documented) or "", maxsplit=1)[0].strip()
