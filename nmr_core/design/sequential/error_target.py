"""The error at which measuring ends: of each parameter, or of all of them by their weights.

    loss = weighted error / target                           of one target
    loss = (mean_j max(1, error_j / target_j)^4)^(1/4)       of one target per parameter

Every target is reached where the loss is 1 or less. The mean of fourth powers follows the worst
parameter, and falls with the others as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nmr_core.design.criteria import counted
from nmr_core.errors import InputError
from nmr_core.parameters import Parameter

POWER = 4
"""Of the errors over their targets, in the mean over parameters."""


@dataclass(frozen=True)
class ErrorTarget:
    """Largest standard errors that are good enough.

    Attributes
    ----------
    weighted : float
        Of the weighted error, as a fraction of the ranges; 0: ``errors`` count.
    errors : dict of str to float
        Of single parameters, in their units.
    """

    weighted: float = 0.0
    errors: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        target: "float | Mapping[str, float] | ErrorTarget",
        specs: tuple[Parameter, ...],
        weights: Mapping[str, float],
    ) -> "ErrorTarget":
        """Return the checked target.

        Parameters
        ----------
        target : float, dict of str to float, or ErrorTarget
            Weighted error as a fraction of the ranges, or the error of each parameter in its unit.
        specs : tuple of Parameter
            The parameters with their ranges.
        weights : dict of str to float
            Weight of each; 0: it does not count.

        Raises
        ------
        InputError
            For a number that is not positive or that is reached before anything is measured, and
            for a parameter that is not there or does not count.
        """
        if isinstance(target, ErrorTarget):
            target = target.errors or target.weighted
        if not isinstance(target, Mapping):
            return cls(_checked("The weighted error", target, 1.0, "of the range"))
        if not target:
            raise InputError(
                "A target needs at least one parameter, got none. Give its largest error, such as "
                f"{specs[0].name}={0.05 * specs[0].width:.2g}, or one weighted error, such as 0.05."
            )
        widths = {spec.name: spec for spec in specs}
        errors = {}
        for name, value in target.items():
            if name not in widths or not weights.get(name, 1.0):
                counted = ", ".join(spec.name for spec in specs if weights.get(spec.name, 1.0))
                raise InputError(
                    f"The target names {str(name)[:40]!r}, which is no parameter that counts. "
                    f"Choose among {counted}."
                )
            spec = widths[name]
            errors[name] = _checked(f"The error of {name}", value, spec.width, spec.unit)
        return cls(0.0, errors)

    def ratios(self, errors: np.ndarray, specs: tuple[Parameter, ...]) -> np.ndarray:
        """Return the errors of the parameters with a target over their targets.

        Parameters
        ----------
        errors : array (..., n)
            Standard errors as fractions of the ranges.
        specs : tuple of Parameter
            The n parameters.
        """
        at = [k for k, spec in enumerate(specs) if spec.name in self.errors]
        allowed = np.array([self.errors[specs[k].name] / specs[k].width for k in at])
        return np.asarray(errors)[..., at] / allowed

    def loss(
        self, errors: np.ndarray, specs: tuple[Parameter, ...], weights: np.ndarray
    ) -> np.ndarray:
        """Return how far errors are from the target; see the module.

        Parameters
        ----------
        errors : array (..., n)
            Standard errors as fractions of the ranges.
        specs : tuple of Parameter
            The n parameters.
        weights : array (n,)
            Weights of the squared errors, for a weighted target.
        """
        if self.errors:
            missing = np.maximum(self.ratios(errors, specs), 1)
            return np.mean(missing**POWER, axis=-1) ** (1 / POWER)
        return weighted_error(errors, weights) / self.weighted

    @property
    def label(self) -> str:
        """The target in words."""
        if self.errors:
            return ", ".join(f"{name} to ±{error:.3g}" for name, error in self.errors.items())
        return f"weighted error {100 * self.weighted:.3g} % of the ranges"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {"weighted": self.weighted, "errors": dict(self.errors)}


def weighted_error(errors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return sqrt(sum_j w_j e_j^2 / sum_j w_j) along the last axis."""
    return np.sqrt(counted(np.asarray(errors) ** 2, weights))


def _checked(what: str, value: Any, largest: float, unit: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not 0 < number < largest:
        end = f"{largest:g} {unit}".strip()
        raise InputError(
            f"{what} to reach must be > 0 and < {end}, got {str(value)[:40]}. Give a standard "
            "error, such as a twentieth of the range."
        )
    return number
