"""Errors of designs with any settings, simulated at need with common random numbers."""

from collections.abc import Sequence

import numpy as np

from nmr_core.design.criteria import criterion_error
from nmr_core.design.information import (
    Information,
    information_of,
    larger_step,
    screen_points,
    slopes,
    small_lattice,
)
from nmr_core.design.latent import SMOOTH
from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting
from nmr_core.design.simulating import simulate_pool
from nmr_core.design.valuing import fast_valuation
from nmr_core.storage.seeds import Purpose, side_stream


class ScreenError:
    """Error of any design with receiver noise only, at fixed points with fixed offsets.

    Parameters
    ----------
    problem : DesignProblem
        Prior, noise and weights.
    criterion : str
        A name in :data:`nmr_core.design.criteria.CRITERIA`; all parameters count as known.
    n_points : int
        Points of the prior.
    stream : int
        Another number is another set of points and offsets.
    """

    def __init__(self, problem: DesignProblem, criterion: str, n_points: int, stream: int):
        self.problem, self.criterion = problem, criterion
        smaller = small_lattice(problem) | larger_step(problem, problem.all_settings)
        self.dt = smaller["dt"]
        self.points = [
            (point | smaller, seed) for point, seed in screen_points(problem, n_points, stream)
        ]
        self.nuisances = [one for one in problem.effects if one.name in SMOOTH]
        sds = np.concatenate([problem.prior_sds, np.ones(len(self.nuisances))])
        self.prior = np.diag(1 / sds**2)
        self._matrices: dict[Setting, np.ndarray] = {}

    def __call__(self, design: Design) -> float:
        """Return the error by the criterion, in ranges."""
        F = np.stack([self._between(setting) for setting in design.settings])
        table = Information(F, self.prior, len(self.problem.names))
        covariances = table.covariances(np.array([design.shots]))
        known = np.ones(len(self.problem.names), dtype=bool)
        weights = self.problem.weight_row
        return float(criterion_error(covariances, weights, known, self.criterion)[0])

    def _between(self, setting: Setting) -> np.ndarray:
        """Information of one shot; a delay between two time steps is interpolated."""
        fields = setting.to_dict()
        if "tau" not in fields:
            return self._matrix(setting)
        steps = float(fields["tau"]) / self.dt
        whole = int(np.floor(steps + 1e-9))
        part = steps - whole
        below = self._matrix(Setting.of(**(fields | {"tau": whole * self.dt})))
        if part < 1e-6:
            return below
        above = self._matrix(Setting.of(**(fields | {"tau": (whole + 1) * self.dt})))
        return (1 - part) * below + part * above

    def _matrix(self, setting: Setting) -> np.ndarray:
        """Information of one shot at all points, (n_points, n + m, n + m)."""
        if setting not in self._matrices:
            rows = slopes(self.problem, [setting], self.nuisances, self.points, one_sided=True)
            # A point of a coarser record stands for several
            factor = self.dt / self.problem.base.dt
            self._matrices[setting] = np.stack(
                [information_of(J, self.problem.noise) * factor for (J,) in rows]
            )
        return self._matrices[setting]


class CommonNoise(Pool):
    """A pool whose noise depends on the number of the acquisition, not on its setting.

    So the error of a design changes smoothly with its settings.
    """

    def measured(self, setting: Setting, shots: float = 1, *, draw: int = 0) -> np.ndarray:
        """Return the scores of one setting with noise that was added point by point."""
        number = self.index(setting)
        basis, scores = self.bases[number], self.scores[number]
        rng = side_stream(self.seed, Purpose.DESIGN_NOISE, self.part, number, draw)
        # By points, so that the first points of a longer record have the same noise
        n_times = len(basis.mean) // 2
        numbers = rng.standard_normal((n_times, 2, len(self)), dtype=np.float32)
        # Re M of all points, then Im M
        noise = numbers.transpose(2, 1, 0).reshape(len(self), -1)
        added = noise @ basis.components.T
        return scores + self.noise / np.sqrt(shots) * added


class PoolError:
    """Error of any design with disorder: regression on materials with the same offsets throughout.

    Parameters
    ----------
    problem : DesignProblem
        Prior, noise and weights.
    criterion : str
        A name in :data:`nmr_core.design.criteria.CRITERIA`.
    n : int
        Materials.
    part : str
        Which materials, a name in :data:`nmr_core.design.simulating.PARTS`.
    n_jobs : int
        Processes; -1: one per core.
    """

    def __init__(
        self, problem: DesignProblem, criterion: str, n: int, part: str, *, n_jobs: int = 1
    ):
        self.problem, self.criterion, self.n, self.part = problem, criterion, n, part
        self.n_jobs = n_jobs
        self._pools: dict[Setting, Pool] = {}

    def __call__(self, design: Design) -> float:
        """Return the error by the criterion, in ranges."""
        self._simulate([one for one in design.settings if one not in self._pools])
        pools = [self._pools[setting] for setting in design.settings]
        joined = CommonNoise(
            **vars(pools[0])
            | {
                "settings": design.settings,
                "bases": tuple(one.bases[0] for one in pools),
                "scores": tuple(one.scores[0] for one in pools),
            }
        )
        return fast_valuation(self.problem, joined, self.criterion).objective(design)

    def _simulate(self, settings: Sequence[Setting]) -> None:
        """Simulate the materials at settings that are not there yet."""
        if not settings:
            return
        pool = simulate_pool(self.problem, settings, self.n, part=self.part, n_jobs=self.n_jobs)
        self._pools |= {one: pool.choose([one]) for one in settings}
