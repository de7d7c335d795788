"""Which effects are tried, and at which strengths; each effect brings its own ladder."""

from collections.abc import Iterable, Mapping

from nmr_core.effects import EFFECTS, Ladder
from nmr_core.errors import InputError


def default_effects() -> tuple[str, ...]:
    """Names of the effects that are tried when none are named."""
    return tuple(name for name, kind in EFFECTS.items() if kind.ladder.by_default)


def ladders_of(effects: Iterable[str] | Mapping[str, Iterable[float]] | None) -> tuple[Ladder, ...]:
    """The ladders of named effects.

    Parameters
    ----------
    effects : names, or a mapping from name to strengths, or None
        None stands for :func:`default_effects`; without strengths an effect's own are used.

    Raises
    ------
    InputError
        For an unknown effect, no effect at all, or a strength that is not > 0.
    """
    if effects is None:
        effects = default_effects()
    strengths = dict(effects) if isinstance(effects, Mapping) else dict.fromkeys(effects)
    if not strengths:
        raise InputError(f"No effect is chosen. Choose some of {', '.join(EFFECTS)}.")
    for name in strengths:
        if name not in EFFECTS:
            raise InputError(
                f"There is no effect {str(name)[:40]!r}; there are {', '.join(EFFECTS)}."
            )
    return tuple(
        EFFECTS[name].ladder if values is None else EFFECTS[name].ladder.along(values)
        for name, values in strengths.items()
    )
