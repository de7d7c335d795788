"""Who takes part in a challenge."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Participant:
    """A person who submits.

    Parameters
    ----------
    id : str
        Of the person; without a server any text that tells people apart.
    name : str
        As others see it.
    """

    id: str
    name: str
