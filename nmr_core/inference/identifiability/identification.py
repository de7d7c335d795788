"""The results of identify, scan, error_map and profile."""

from dataclasses import dataclass, field
from functools import cached_property
from math import nan

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
    """Whether one parameter can be estimated from one measurement, and how well.

    Parameters
    ----------
    name : str
    kind : str
        "identifiable"; "combination": only together with ``partners``; "not": not identifiable.
    reason : str
        One sentence.
    error : float
        Standard error together with uniform priors, in the unit of the parameter, root mean square
        over the points of the prior: to be compared with the RMSE of a trained model. It is at most
        29 % of the range; inf if no point has information.
    error_percent : float
        The same in % of the range of the prior.
    partners : tuple of str
        Parameters that it is correlated with.
    median_percent, worst_percent : float
        Median and largest standard error of the points, in % of the range.
    low_percent, high_percent : float
        90 % interval of ``error_percent`` (bootstrap over the points); of a run, the 95 % interval
        of its error.
    run : str
        Id of the run whose error this is, "" for the estimate. Median and worst point are those of
        the estimate.
    """

    name: str
    kind: str
    reason: str
    error: float
    error_percent: float
    partners: tuple[str, ...] = ()
    median_percent: float = nan
    worst_percent: float = nan
    low_percent: float = nan
    high_percent: float = nan
    run: str = ""

    @property
    def spread_percent(self) -> tuple[float, float]:
        """Median and worst point in % of the range; NaN where the error is that of a run."""
        return (nan, nan) if self.run else (self.median_percent, self.worst_percent)

    @property
    def grade(self) -> str:
        """The kind, or "hardly": identifiable with an error above :data:`HARDLY` % of the range."""
        is_hardly = self.kind == "identifiable" and self.error_percent > HARDLY
        return "hardly" if is_hardly else self.kind

    @property
    def words(self) -> str:
        """The grade in words, such as "hardly identifiable"."""
        return GRADES[self.grade]


@dataclass(frozen=True, eq=False)
class Identification:
    """Information on the parameters of a preset at points of its prior, and what follows.

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
        Of the linear estimate, or of a ridge regression; scaled by the ranges (theta/w).
    linear : float64 array, (n_points, n, n)
        That of the linear estimate alone.
    errors : DataFrame
        One row per point and parameter: point, name, value, error (standard error, in units; inf
        without information), error_percent (of the range), conditional (all other parameters
        known), with_prior (together with uniform priors), change (of the linear estimate, with the
        number of seeds), method ("linear" or "ridge").
    verdicts : dict
        Name -> Verdict.
    sensitivities : complex128 array, (n_shown, n_settings, n, n_times)
        dM/dtheta per unit of theta, mean over the seeds, at the first few points.
    step_error : (n_points, n)
        Relative error of the sensitivities, estimated from half the step.
    time : (n_times,)
        In µs.
    mean : complex128 array, (n_shown, n_settings, n_times)
        M, mean over the seeds.
    disorder_sd : (n_shown, n_settings, n_times)
        Standard deviation of M over the seeds, Re and Im together.
    noise : float
        Standard deviation of receiver noise in Re M and in Im M.
    disorder : bool
        Whether the variation with the random offsets counts as noise.
    settings : tuple of dict
        The echoes of one measurement, as in the preset.
    n_seeds : int
        Random placements of the offsets for the linear estimate at each point.
    n_curves : int
        Curves of the ridge regression around each point where the linear estimate has not
        converged; 0 if it has at every point.
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
    errors: pd.DataFrame
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
    n_curves: int = 0
    linear: np.ndarray | None = None

    @property
    def n_points(self) -> int:
        """Number of points of the prior."""
        return len(self.fisher)

    @property
    def snr(self) -> float:
        """Largest possible signal, 1/2, over the noise."""
        return 0.5 / self.noise if self.noise else np.inf

    @property
    def n_shown(self) -> int:
        """Number of points whose sensitivities are stored."""
        return len(self.sensitivities)

    @cached_property
    def n_ridge(self) -> int:
        """Number of points where the information is that of the ridge regression."""
        return len(set(self.errors["point"][self.errors["method"] == "ridge"]))

    @property
    def method(self) -> str:
        """Where the errors are from, such as "linear estimate from 64 seeds"."""
        linear = f"linear estimate from {self.n_seeds} seeds"
        ridge = f"ridge regression on {self.n_curves:,} curves around each point"
        if not self.n_ridge:
            return linear
        if self.n_ridge == self.n_points:
            return ridge
        return f"{linear}; {ridge} at {self.n_ridge} of {self.n_points} points"

    @property
    def at_noise(self) -> str:
        """The noise in words: "at SNR 500" or "without noise"."""
        return f"at SNR {float(f'{self.snr:.4g}'):,.10g}" if self.noise else "without noise"

    def spec(self, name: str) -> Parameter:
        """Return the specification of one parameter."""
        return self.specs[index_of(self.names, name)]

    def table(self) -> pd.DataFrame:
        """Return ``errors``."""
        return self.errors

    def percents(self) -> np.ndarray:
        """Return the errors together with the prior, % of the range, (n_points, n)."""
        table = self.errors.pivot(index="point", columns="name", values="with_prior")
        widths = np.array([spec.width for spec in self.specs])
        return 100 * table[list(self.names)].to_numpy(float) / widths

    def scaled_sensitivities(self) -> np.ndarray:
        """Return dM/dtheta times the range of theta, (n_points, n_settings, n, n_times)."""
        widths = np.array([spec.width for spec in self.specs])
        return self.sensitivities * widths[:, None]


@dataclass(frozen=True, eq=False)
class Scan:
    """Linear estimate against one quantity: a setting of the protocol, a parameter, or "snr".

    Parameters
    ----------
    along : Parameter
        What is varied.
    values : (n_values,)
    names, specs
        The targets.
    errors : (n_values, n)
        Standard errors, in units; inf without information, NaN where the point cannot be simulated.
    percent : (n_values, n)
        Together with uniform priors, in % of the range; at most 28.9.
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
    errors: np.ndarray
    percent: np.ndarray
    point: dict[str, float | str] = field(metadata={"stored": "place"})
    noise: float = field(metadata={"stored": "sigma"})
    refused: tuple[str, ...] = ()
    seconds: float = 0.0
    recipe_version: int = 1
    n_seeds: int = 0

    def table(self) -> pd.DataFrame:
        """Return one row per value: its errors in units, then in %."""
        columns = {self.along.name: self.values}
        columns |= {f"error_{name}": self.errors[:, k] for k, name in enumerate(self.names)}
        columns |= {f"percent_{name}": self.percent[:, k] for k, name in enumerate(self.names)}
        return pd.DataFrame(columns)


@dataclass(frozen=True, eq=False)
class ErrorMap:
    """Linear estimate of the error of ``of`` over two quantities; as :class:`Scan`.

    Parameters
    ----------
    x, y : Parameter
        What is varied.
    x_values, y_values : (n_x,), (n_y,)
    of : Parameter
    errors, percent : (n_y, n_x)
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
    errors: np.ndarray
    percent: np.ndarray
    point: dict[str, float | str] = field(metadata={"stored": "place"})
    noise: float = field(metadata={"stored": "sigma"})
    refused: tuple[str, ...] = ()
    seconds: float = 0.0
    recipe_version: int = 1
    n_seeds: int = 0

    def table(self) -> pd.DataFrame:
        """Return one row per point of the map: x, y, the error in units and in %."""
        x, y = np.meshgrid(self.x_values, self.y_values)
        return pd.DataFrame(
            {
                self.x.name: x.ravel(),
                self.y.name: y.ravel(),
                f"error_{self.of.name}": self.errors.ravel(),
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
    error : float
        Linear estimate at the point, to be compared with (high - low)/3.92.
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
    error: float
    point: dict[str, float | str] = field(metadata={"stored": "place"})
    noise: float = field(metadata={"stored": "sigma"})
    seconds: float = 0.0
    recipe_version: int = 1
    fixed: tuple[str, ...] = ()
    n_seeds: int = 0

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
