"""All labs, by slug, in the order of their numbers."""

from nmr_core.errors import InputError
from nmr_core.labs.lab import Lab
from nmr_core.labs.optimisers import Optimisers
from nmr_core.labs.overfit import Overfit
from nmr_core.labs.unknowable import Unknowable

LABS: dict[str, Lab] = {
    lab.slug: lab
    for lab in sorted((Overfit(), Optimisers(), Unknowable()), key=lambda lab: lab.number)
}


def get(slug: str) -> Lab:
    """The lab with a slug.

    Raises
    ------
    InputError
        There is none.
    """
    if slug not in LABS:
        raise InputError(f"The lab must be one of {', '.join(LABS)}, got {slug[:40]!r}.")
    return LABS[slug]
