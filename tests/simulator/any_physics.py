"""For property tests: any physics that the simulator offers, on small lattices, and the same
physics without its code.
"""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from nmr_core import KERNELS, LATTICES, Experiment, Material, Protocol, Sample
from nmr_core.pulses import Pulse

SHAPES = [(1, 7), (6, 1), (2, 3), (5, 4), (3, 7), (4, 4), (2, 9)]
LISTS = ["hahn_echo", "fid", "cpmg", "70x 2us 110@40 1us 95-y 3us"]
WEIGHTS = {
    "s": {},
    "s + d": {"s_w": 0.7, "d_w": -0.6},
    "d": {"s_w": 0.0, "d_w": 1.0},
    "p": {"s_w": 0.0, "p_w": 1.0},
    "s + p + d": {"s_w": 0.4, "p_w": -0.8, "d_w": 0.5},
}
EVEN = ("s", "s + d", "d")

samples = st.builds(
    lambda shape, lattice: Sample(*shape, "iid", lattice=lattice),
    st.sampled_from(SHAPES),
    st.sampled_from(sorted(LATTICES)),
)
seeds = st.integers(0, 2**32)


def materials(weights=tuple(WEIGHTS), kernels=tuple(KERNELS)):
    """Materials with a kernel, weights and a sign, not yet coupled."""
    return st.builds(
        lambda kernel, xi, p, name, sign: Material(kernel, xi=xi, p=p, sign=sign, **WEIGHTS[name]),
        st.sampled_from(kernels),
        st.floats(0.7, 4),
        st.floats(1, 4),
        st.sampled_from(weights),
        st.sampled_from(["uniform", "alternating"]),
    )


def coupled(
    material: Material, sample: Sample, ratios=(1.0, 0.6, -0.8), strength: float = 0.2, **rates
) -> Material:
    """The material with couplings in these ratios; the largest possible field is ``strength`` MHz
    (hardly any K: none).
    """
    size = np.abs(Experiment(material, sample=sample).interaction).sum() / 2
    alpha = [strength * ratio / size if size > 0.05 else 0.0 for ratio in ratios]
    return replace(material, alpha_x=alpha[0], alpha_y=alpha[1], alpha_z=alpha[2], **rates)


def protocol(sequence: str, /, **changes) -> Protocol:
    """Up to 6 µs of one of ``LISTS``, pulses far from 90 and 180 degrees."""
    usual = {
        "tau": 2.0,
        "dt": 0.25,
        "angle_1": 75,
        "phase_1": 10,
        "angle_2": 130,
        "phase_2": 65,
        "n_echoes": 2,
    }
    acquire = {} if sequence[0].isdigit() else {"acquire": 2.5}
    return Protocol(**{"sequence": sequence} | usual | acquire | changes)


def offsets_of(sample: Sample, seed: int, width: float = 0.08) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-width, width, (sample.n_x, sample.n_y))


def pairs(K: np.ndarray) -> np.ndarray:
    """J with B_i = sum_j J_ij m_j, (N, N): J_ij = K(j - i)."""
    n_x, n_y = K.shape
    x, y = np.divmod(np.arange(n_x * n_y), n_y)
    return K[(x[None] - x[:, None]) % n_x, (y[None] - y[:, None]) % n_y]


class Naive:
    """dm/ds = m × Omega - relaxation for m (N, 3), with Omega written out; s is the reduced time
    since the start.
    """

    def __init__(self, experiment: Experiment, offsets: np.ndarray):
        e = experiment
        self.e, self.delta, self.J = e, offsets.ravel(), pairs(e.interaction)
        self.alpha = np.array([e.alpha_x, e.alpha_y, e.alpha_z])
        self.R2, self.R1 = (e.gamma_1 + e.gamma_2 + e.gamma_3) / 2, e.gamma_1 + e.gamma_2
        self.g = (e.gamma_1 - e.gamma_2) / 2
        self.start = np.tile([0.0, 0.0, 0.5], (offsets.size, 1))

    def omega(self, B: np.ndarray, turn: complex) -> np.ndarray:
        """(alpha_x B_x, alpha_y B_y, delta + alpha_z B_z), plus alpha_perp conj(B) turn; turn =
        exp(2 i nu0 s).
        """
        omega = self.alpha * B
        omega[:, 2] += self.delta
        if self.e.carrier:
            extra = (self.e.alpha_x + self.e.alpha_y) / 2 * (B[:, 0] - 1j * B[:, 1]) * turn
            omega[:, 0] += extra.real
            omega[:, 1] += extra.imag
        return omega

    def turn(self, s: float) -> complex:
        return np.exp(2j * (self.e.carrier * s + np.deg2rad(self.e.carrier_axis)))

    def mean_turn(self, s: float, h: float) -> complex:
        """The mean of the turn from s to s + h, by 40-point quadrature in 8 pieces; or its value at
        s + h.
        """
        if self.e.carrier_phase == "step_end":
            return self.turn(s + h)
        nodes, weights = np.polynomial.legendre.leggauss(40)
        at = s + h * (np.arange(8)[:, None] + (nodes + 1) / 2) / 8
        return (self.turn(at) @ weights).mean() / 2

    def rate(self, m: np.ndarray, omega: np.ndarray) -> np.ndarray:
        return np.cross(m, omega) - m * [self.R2, self.R2, self.R1] + [0, 0, self.g]

    def exponential(self, m: np.ndarray, omega: np.ndarray, h: float) -> np.ndarray:
        """m after h under a constant Omega: one 4 × 4 exponential a spin."""
        new = np.empty_like(m)
        for i, (x, y, z) in enumerate(omega):
            A = np.array(
                [
                    [-self.R2, z, -y, 0],
                    [-z, -self.R2, x, 0],
                    [y, -x, -self.R1, self.g],
                    [0, 0, 0, 0],
                ]
            )
            new[i] = (expm(h * A) @ [*m[i], 1])[:3]
        return new

    def step(self, m: np.ndarray, s: float) -> np.ndarray:
        """One step of the experiment's integrator."""
        h = 2 * np.pi * self.e.dt
        if self.e.integrator == "exponential_euler":
            return self.exponential(m, self.omega(self.J @ m, self.mean_turn(s, h)), h)
        half = self.exponential(m, self.omega(self.J @ m, self.mean_turn(s, h / 2)), h / 2)
        return self.exponential(m, self.omega(self.J @ half, self.mean_turn(s, h)), h)

    def _run(self, advance) -> np.ndarray:
        """m at every recorded point, (n_times, N, 3); advance(m, s, n_steps): m after each step."""
        m, s, found = self.start, 0.0, []
        recordings = iter(self.e.protocol.recordings)
        for event in self.e.protocol.events:
            if isinstance(event, Pulse):
                m = m @ event.rotation().T
                continue
            states = [m, *advance(m, s, event.n_steps)]
            m, s = states[-1], s + 2 * np.pi * self.e.dt * event.n_steps
            found += [states[k] for k in next(recordings)]
        return np.array(found)

    def stepped(self) -> np.ndarray:
        """M(t) by the experiment's own integrator, (n_times,)."""

        def advance(m, s, n_steps):
            for k in range(n_steps):
                m = self.step(m, s + 2 * np.pi * self.e.dt * k)
                yield m

        return signal(self._run(advance))

    def exact(self) -> np.ndarray:
        """m in the limit of dt -> 0, (n_times, N, 3): the nonlinear equations by an adaptive
        Runge-Kutta method of order 8.
        """

        def advance(m, s, n_steps):
            at = s + 2 * np.pi * self.e.dt * np.arange(1, n_steps + 1)

            def rate(now, flat):
                m = flat.reshape(-1, 3)
                return self.rate(m, self.omega(self.J @ m, self.turn(now))).ravel()

            found = solve_ivp(
                rate, (s, at[-1]), m.ravel(), "DOP853", t_eval=at, rtol=1e-11, atol=1e-12
            )
            return found.y.T.reshape(n_steps, -1, 3)

        return self._run(advance)


def signal(m: np.ndarray) -> np.ndarray:
    """M = (1/N) sum (m_x + i m_y) of (..., N, 3)."""
    return (m[..., 0] + 1j * m[..., 1]).mean(-1)
