"""The results of identify, scan, bound_map and profile."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter

KINDS = ("identifiable", "combination", "not")
PRIOR_SD = 12**-0.5
"""Standard deviation of a uniform prior, in units of its range."""


HARDLY = 10.0
"""Standard error in % of the prior's range above which a parameter is hardly identifiable; a
uniform prior alone gives 28.9 %."""
GRADES = {
    "identifiable": "identifiable",
    "hardly": "hardly identifiable",
    "combination": "only in combination",
    "not": "not identifiable",
}
"""Grade of a verdict -> words."""


@dataclass(frozen=True)
class Verdict:
    """Whether one parameter can be estimated from one measurement.

    Parameters
    ----------
    name : str
    kind : str
        "identifiable"; "combination": only together with ``partners``; "not": not identifiable.
    reason : str
        One sentence.
    bound : float
        Smallest standard error of any estimate that also uses uniform priors, in the unit of the
        parameter, root mean square over the points of the prior: to be compared with the error of
        a trained model. It is at most 29 % of the range; inf if there is no bound at any point.
    bound_percent : float
        The same in % of the range of the prior.
    partners : tuple of str
        Parameters that it is correlated with.
    """

    name: str
    kind: str
    reason: str
    bound: float
    bound_percent: float
    partners: tuple[str, ...] = ()

    @property
    def grade(self) -> str:
        """The kind, or "hardly": identifiable with a bound above :data:`HARDLY` % of the range."""
        is_hardly = self.kind == "identifiable" and self.bound_percent > HARDLY
        return "hardly" if is_hardly else self.kind

    @property
    def words(self) -> str:
        """The grade in words, such as "hardly identifiable"."""
        return GRADES[self.grade]


@dataclass(frozen=True, eq=False)
class Identification:
    """Fisher information of the parameters of a preset at a few points of its prior.

    Parameters
    ----------
    key : str
        Name under which it is stored; a hash of everything that determines it.
    preset : str
    names : tuple of str
    specs : tuple of Parameter
        Symbol, unit, and the range that "percent" refers to.
    points : DataFrame
        All parameters, one row per point.
    fisher : float64 array, (n_points, n, n)
        F_ij scaled by the ranges (theta/w).
    bounds : DataFrame
        One row per point and parameter: point, name, value, bound (Cramér-Rao, in units; inf where
        there is none), bound_percent (of the range), conditional (all other parameters known),
        with_prior (together with uniform priors).
    verdicts : dict
        Name -> Verdict.
    sensitivities : complex128 array, (n_points, n_settings, n, n_times)
        dM/dtheta per unit of theta, mean over the seeds.
    step_error : (n_points, n)
        Relative error of the sensitivities, estimated from half the step.
    time : (n_times,)
        In µs.
    mean : complex128 array, (n_points, n_settings, n_times)
        M, mean over the seeds.
    disorder_sd : (n_points, n_settings, n_times)
        Standard deviation of M over the seeds, Re and Im together.
    noise : float
        Standard deviation of receiver noise in Re M and in Im M.
    disorder : bool
        Whether the variation with the random offsets counts as noise.
    settings : tuple of dict
        The echoes of one measurement, as in the preset.
    n_redrawn : int
        Points that could not be simulated and were drawn again.
    seconds : float
        Computing time.
    recipe_version : int
        Of the preset, see :mod:`nmr_core.presets.versions`; also of the other results.
    """

    key: str
    preset: str
    names: tuple[str, ...]
    specs: tuple[Parameter, ...]
    points: pd.DataFrame = field(metadata={"stored": "places"})
    fisher: np.ndarray
    bounds: pd.DataFrame
    verdicts: dict[str, Verdict]
    sensitivities: np.ndarray
    step_error: np.ndarray
    time: np.ndarray
    mean: np.ndarray
    disorder_sd: np.ndarray
    noise: float = field(metadata={"stored": "sigma"})
    disorder: bool = True
    settings: tuple[dict, ...] = ({},)
    n_seeds: int = 0
    seed: int = 0
    n_redrawn: int = 0
    seconds: float = 0.0
    recipe_version: int = 1

    @property
    def n_points(self) -> int:
        """Number of points of the prior."""
        return len(self.fisher)

    @property
    def snr(self) -> float:
        """Largest possible signal, 1/2, over the noise."""
        return 0.5 / self.noise if self.noise else np.inf

    def spec(self, name: str) -> Parameter:
        """Return the specification of one parameter."""
        return self.specs[index_of(self.names, name)]

    def table(self) -> pd.DataFrame:
        """Return ``bounds``."""
        return self.bounds

    def scaled_sensitivities(self) -> np.ndarray:
        """Return dM/dtheta times the range of theta, (n_points, n_settings, n, n_times)."""
        widths = np.array([spec.width for spec in self.specs])
        return self.sensitivities * widths[:, None]


@dataclass(frozen=True, eq=False)
class Scan:
    """Bounds against one quantity: a setting of the protocol, a parameter, or "snr".

    Parameters
    ----------
    along : Parameter
        What is varied.
    values : (n_values,)
    names, specs
        The targets.
    bounds : (n_values, n)
        Cramér-Rao, in units; inf where there is none, NaN where the point cannot be simulated.
    percent : (n_values, n)
        Bounds together with uniform priors, in % of the range; at most 28.9.
    point : dict
        Values of the parameters, before the variation.
    noise : float
        Standard deviation of receiver noise in Re M and in Im M.
    refused : tuple of str
        Why values are missing, one sentence each.
    seconds : float
    """

    key: str
    preset: str
    along: Parameter
    values: np.ndarray
    names: tuple[str, ...]
    specs: tuple[Parameter, ...]
    bounds: np.ndarray
    percent: np.ndarray
    point: dict[str, float | str] = field(metadata={"stored": "place"})
    noise: float = field(metadata={"stored": "sigma"})
    refused: tuple[str, ...] = ()
    seconds: float = 0.0
    recipe_version: int = 1

    def table(self) -> pd.DataFrame:
        """Return one row per value: its bounds in units, then in %."""
        columns = {self.along.name: self.values}
        columns |= {f"bound_{name}": self.bounds[:, k] for k, name in enumerate(self.names)}
        columns |= {f"percent_{name}": self.percent[:, k] for k, name in enumerate(self.names)}
        return pd.DataFrame(columns)


@dataclass(frozen=True, eq=False)
class BoundMap:
    """The bound on the parameter ``of`` over two quantities; as :class:`Scan`.

    Parameters
    ----------
    x, y : Parameter
        What is varied.
    x_values, y_values : (n_x,), (n_y,)
    of : Parameter
    bounds, percent : (n_y, n_x)
    point, noise, refused, seconds
        As of :class:`Scan`.
    """

    key: str
    preset: str
    x: Parameter
    y: Parameter
    x_values: np.ndarray
    y_values: np.ndarray
    of: Parameter
    bounds: np.ndarray
    percent: np.ndarray
    point: dict[str, float | str] = field(metadata={"stored": "place"})
    noise: float = field(metadata={"stored": "sigma"})
    refused: tuple[str, ...] = ()
    seconds: float = 0.0
    recipe_version: int = 1

    def table(self) -> pd.DataFrame:
        """Return one row per point of the map: x, y, the bound in units and in %."""
        x, y = np.meshgrid(self.x_values, self.y_values)
        return pd.DataFrame(
            {
                self.x.name: x.ravel(),
                self.y.name: y.ravel(),
                f"bound_{self.of.name}": self.bounds.ravel(),
                f"percent_{self.of.name}": self.percent.ravel(),
            }
        )


@dataclass(frozen=True, eq=False)
class Profile:
    """Profile likelihood of one parameter.

    Parameters
    ----------
    spec : Parameter
    true : float
        Its value at the point of the measurement.
    values : (n_points,)
        Values at which it is fixed.
    delta_chi2 : (n_points,)
        Smallest chi^2 over the other parameters, above the lowest; 1.96^2 = 3.84 is the 95 % line.
    names : tuple of str
        All targets.
    others : (n_points, len(names))
        All targets at the fit, in units.
    low, high : float
        The 95 % interval, cut at the range.
    flat : bool
        Whether the 95 % line is reached on neither side: the parameter is not identifiable.
    bound : float
        Cramér-Rao bound at the point, to be compared with (high - low)/3.92.
    point, noise, seconds
        As of :class:`Scan`.
    fixed : tuple of str
        Targets without a finite standard error of their own, which are held at the point instead
        of being fitted.
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
    point: dict[str, float | str] = field(metadata={"stored": "place"})
    noise: float = field(metadata={"stored": "sigma"})
    seconds: float = 0.0
    recipe_version: int = 1
    fixed: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row per value: delta_chi2 and the fitted values of the other targets."""
        columns = {self.spec.name: self.values, "delta_chi2": self.delta_chi2}
        columns |= {
            name: self.others[:, k] for k, name in enumerate(self.names) if name != self.spec.name
        }
        return pd.DataFrame(columns)


def index_of(names: tuple[str, ...], name: str) -> int:
    """Return the position of a parameter; :class:`InputError` lists those there are."""
    if name not in names:
        raise InputError(
            f"There is no parameter {str(name)[:40]!r} here; choose one of {', '.join(names)}."
        )
    return names.index(name)
