"""All labs, by slug, in the order of their numbers."""

from nmr_core.errors import InputError
from nmr_core.labs.attention import LookedAt
from nmr_core.labs.descriptors import Descriptors
from nmr_core.labs.dynamics import Dynamics
from nmr_core.labs.ensembles import Ensembles
from nmr_core.labs.lab import Lab
from nmr_core.labs.learning_curve import LearningCurve
from nmr_core.labs.memorise import Memorise
from nmr_core.labs.optimisers import Optimisers
from nmr_core.labs.overfit import Overfit
from nmr_core.labs.size import Size
from nmr_core.labs.stopping import Stopping
from nmr_core.labs.unknowable import Unknowable

_ALL = (
    Memorise(),
    Overfit(),
    Descriptors(),
    Stopping(),
    LearningCurve(),
    Size(),
    Ensembles(),
    Unknowable(),
    LookedAt(),
    Optimisers(),
    Dynamics(),
)
LABS: dict[str, Lab] = {lab.slug: lab for lab in sorted(_ALL, key=lambda lab: lab.number)}


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
