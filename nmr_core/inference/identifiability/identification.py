"""What can be learned from a protocol, as numbers: the results of identify, scan, bound_map and profile."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter

KINDS = ("identifiable", "combination", "not")
PRIOR_SD = 12**-0.5
"""Standard deviation of a uniform prior, in units of its range: what one knows without any echo."""


@dataclass(frozen=True)
class Verdict:
    """Whether one parameter can be learned from one measurement.

    kind          : "identifiable"; "combination": only together with ``partners``; "not": no echo tells
    reason        : one sentence
    bound         : smallest standard error, in the parameter's unit, with what uniform priors know (so at most 29 % of its
                    range), rms over the places: to compare with the error of a trained model; inf = none at any place
    bound_percent : the same in % of the prior's range
    partners      : names of the parameters it is tied to
    """

    name: str
    kind: str
    reason: str
    bound: float
    bound_percent: float
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Identification:
    """The Fisher information of a preset's parameters at a few places of its prior.

    key           : of everything that determines it; what it is stored under
    preset        : name
    names, specs  : the parameters (symbol, unit, low and high of the range that "percent" means)
    places        : all parameters of each place, one row per place
    fisher        : F_ij scaled by the ranges (theta/w), float64 (n_places, n, n)
    bounds        : a row for each place and parameter: place, name, value, bound (Cramér-Rao, in units, inf where there is
                    none), bound_percent (of the range), conditional (all others known), with_prior (with what the prior knows)
    verdicts      : name -> Verdict
    sensitivities : dM/dtheta, mean over seeds, per unit of theta, complex128 (n_places, n_settings, n, n_times)
    step_error    : relative error of these, from half the step, (n_places, n)
    time          : µs, (n_times,)
    mean          : M, mean over seeds, complex128 (n_places, n_settings, n_times)
    disorder_sd   : standard deviation of M from seed to seed, Re and Im together, (n_places, n_settings, n_times)
    sigma         : the receiver's noise in Re M and in Im M
    disorder      : whether the noise of disorder was counted
    settings      : the echoes of one measurement, as in the preset
    n_redrawn     : draws of places that the simulator refused
    """

    key: str
    preset: str
    names: tuple[str, ...]
    specs: tuple[Parameter, ...]
    places: pd.DataFrame
    fisher: np.ndarray
    bounds: pd.DataFrame
    verdicts: dict[str, Verdict]
    sensitivities: np.ndarray
    step_error: np.ndarray
    time: np.ndarray
    mean: np.ndarray
    disorder_sd: np.ndarray
    sigma: float
    disorder: bool = True
    settings: tuple[dict, ...] = ({},)
    n_seeds: int = 0
    seed: int = 0
    n_redrawn: int = 0
    seconds: float = 0.0

    @property
    def n_places(self) -> int:
        """Places of the prior."""
        return len(self.fisher)

    @property
    def snr(self) -> float:
        """The largest possible signal, 1/2, over sigma."""
        return 0.5 / self.sigma if self.sigma else np.inf

    def spec(self, name: str) -> Parameter:
        """The specification of one parameter."""
        return self.specs[index_of(self.names, name)]

    def scaled_sensitivities(self) -> np.ndarray:
        """dM/dtheta times the range of theta: what a move through the whole range would change, were it linear."""
        widths = np.array([spec.width for spec in self.specs])
        return self.sensitivities * widths[:, None]


@dataclass(frozen=True, eq=False)
class Scan:
    """Bounds against one quantity: a setting of the protocol, a parameter, or "snr".

    along         : what is varied (name, symbol, unit)
    values        : (n_values,)
    names, specs  : the parameters
    bounds        : Cramér-Rao, in units, (n_values, n); inf where there is none, NaN where the simulator refused
    percent       : with_prior bounds in % of the range, at most 28.9, (n_values, n)
    place         : the parameters' values (of what is varied: before it is varied)
    refused       : why values are missing, one sentence each
    """

    key: str
    preset: str
    along: Parameter
    values: np.ndarray
    names: tuple[str, ...]
    specs: tuple[Parameter, ...]
    bounds: np.ndarray
    percent: np.ndarray
    place: dict[str, float]
    sigma: float
    refused: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class BoundMap:
    """The bound of one parameter over two quantities; as :class:`Scan`, with arrays (n_y, n_x)."""

    key: str
    preset: str
    x: Parameter
    y: Parameter
    x_values: np.ndarray
    y_values: np.ndarray
    of: Parameter
    bounds: np.ndarray
    percent: np.ndarray
    place: dict[str, float]
    sigma: float
    refused: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Profile:
    """Profile likelihood of one parameter: how much worse the best fit becomes when it is held at other values.

    spec       : the parameter; ``true`` its value at the place
    values     : (n_points,)
    delta_chi2 : least chi² over the others, above the lowest, (n_points,); 1.96² = 3.84 is the 95 % line
    others     : all parameters at each point, in units, (n_points, len(names))
    low, high  : the 95 % interval, cut at the range
    flat       : the line is not reached on either side: not identifiable
    bound      : Cramér-Rao bound at the place, to compare with (high - low)/3.92
    """

    key: str
    preset: str
    spec: Parameter
    true: float
    values: np.ndarray
    delta_chi2: np.ndarray
    names: tuple[str, ...]
    others: np.ndarray
    low: float
    high: float
    flat: bool
    bound: float
    place: dict[str, float]
    sigma: float
    seconds: float = 0.0


def index_of(names: tuple[str, ...], name: str) -> int:
    """Where a parameter stands; :class:`InputError` lists those there are."""
    if name not in names:
        raise InputError(
            f"There is no parameter {str(name)[:40]!r} here; there are {', '.join(names)}."
        )
    return names.index(name)
