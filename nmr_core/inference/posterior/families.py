"""Families of joint densities q(y|c), fitted to pairs of summary and true value."""

from collections.abc import Callable
from dataclasses import dataclass

from nmr_core.errors import InputError
from nmr_core.extras import require
from nmr_core.inference.posterior.binned import Binned, fit_binned
from nmr_core.inference.posterior.flow import Flow, fit_flow

Density = Binned | Flow


@dataclass(frozen=True)
class Family:
    """A family of densities.

    Parameters
    ----------
    name, label, description : str
        Key, words on pages, one sentence.
    fit : callable
        ``fit(context, y, seed=0)`` -> density with ``sample`` and ``log_density``.
    extra : str
        The extra that it needs, a key of :data:`nmr_core.extras.EXTRAS`.
    """

    name: str
    label: str
    description: str
    fit: Callable[..., Density]
    extra: str = ""


FAMILIES = {
    family.name: family
    for family in (
        Family(
            "binned",
            "binned",
            "A classifier over quantile bins per parameter, one after another; needs no extra.",
            fit_binned,
        ),
        Family(
            "flow",
            "normalising flow",
            "A neural spline flow on the scale of the probit; smooth.",
            fit_flow,
            extra="flow",
        ),
    )
}


def checked_family(name: str = "") -> Family:
    """Return the family of a name; "": the binned one, the same on every machine.

    Raises
    ------
    InputError
        There is no such family, or its extra is not installed.
    """
    name = name or next(iter(FAMILIES))
    if name not in FAMILIES:
        raise InputError(
            f"The family of a posterior must be one of {', '.join(FAMILIES)}, got {name[:40]!r}."
        )
    require(FAMILIES[name].extra, f"The family {name}")
    return FAMILIES[name]
