"""What is simulated: a Material (what nature has), a Protocol (what one measures) and a Sample (the lattice and its line).

Units: frequencies and rates in MHz, times in µs, lengths in lattice sites, angles in degrees. A phase is
2π · MHz · µs; the "reduced time" of the reference codes is s = 2π · t/µs.
"""

import math
from dataclasses import asdict, dataclass, fields, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.kernels import KERNELS
from nmr_core.lattice import interaction
from nmr_core.parameters import Parameter, ParameterSpace

NORMALISATIONS = ("none", "sum")
OFFSETS = ("stratified", "iid", "grid")
INTEGRATORS = ("exponential_euler",)
RECORDS = ("all", "after")
MAX_STEPS = 100_000
MAX_SITES = 2048 * 2048

PHYSICAL = ParameterSpace((
    Parameter("alpha_x", "αx", "MHz", -10, 10, 0.05, description="Coupling of the x components."),
    Parameter("alpha_y", "αy", "MHz", -10, 10, 0.05, description="Coupling of the y components."),
    Parameter("alpha_z", "αz", "MHz", -10, 10, 0.0, description="Coupling of the z components."),
    Parameter("xi", "ξ", "sites", 1e-15, 1e4, 3.0, description="Range of the interaction.",
              hint="It must be > 0; use the constant kernel for an infinite range."),
    Parameter("p", "p", "", 0.1, 20, 2.0, description="Exponent of the power law, or of the stretched Gaussian."),
    Parameter("gamma_1", "γ₁", "MHz", 0, 10, 0.0, description="Relaxation rate of the jump operator I+."),
    Parameter("gamma_2", "γ₂", "MHz", 0, 10, 0.0, description="Relaxation rate of the jump operator I-."),
    Parameter("gamma_3", "γ₃", "MHz", 0, 10, 0.0, description="Dephasing rate of the jump operator Iz."),
    Parameter("tau", "τ", "µs", 0.01, 10_000, 50.0, description="Time between the two pulses; the echo comes at 2τ."),
    Parameter("dt", "Δt", "µs", 1e-4, 100, 1 / np.pi, scale="log", description="Time step and sampling interval."),
    Parameter("angle_1", "β₁", "°", -720, 720, 90.0, description="Angle of the first (excitation) pulse."),
    Parameter("phase_1", "φ₁", "°", -720, 720, 0.0, description="Phase of the first pulse: 0 = about x, 90 = about y."),
    Parameter("angle_2", "β₂", "°", -720, 720, 180.0, description="Angle of the second (refocusing) pulse."),
    Parameter("phase_2", "φ₂", "°", -720, 720, 0.0, description="Phase of the second pulse."),
    Parameter("n_x", "nx", "sites", 1, 2048, 50, integer=True, description="Lattice size along x."),
    Parameter("n_y", "ny", "sites", 1, 2048, 50, integer=True, description="Lattice size along y."),
    Parameter("line_width", "Γ", "MHz", 1e-6, 10, 0.05, scale="log", description="Full width at half maximum of the line."),
    Parameter("cutoff", "δmax", "MHz", 1e-6, 10, 0.25, scale="log", description="The Lorentzian line ends at ± this."),
))


def _choice(name: str, value: str, allowed) -> None:
    if value not in allowed:
        raise InputError(f"{name} must be one of {', '.join(map(str, allowed))}; got {str(value)[:60]!r}.")


class _Checked:
    """Every number of a frozen dataclass is checked against its Parameter when it is made."""

    def __post_init__(self):
        for field in fields(self):
            if field.name in PHYSICAL:
                object.__setattr__(self, field.name, PHYSICAL[field.name].check(getattr(self, field.name)))
        self._check()

    def _check(self) -> None:
        """Rules that concern more than one number."""


@dataclass(frozen=True)
class Material(_Checked):
    """The interaction and the dissipation. ``normalisation`` "sum" divides K by its own sum; "none" leaves it."""

    kernel: str = "gaussian"
    xi: float = 3.0
    p: float = 2.0
    normalisation: str = "none"
    alpha_x: float = 0.05
    alpha_y: float = 0.05
    alpha_z: float = 0.0
    gamma_1: float = 0.0
    gamma_2: float = 0.0
    gamma_3: float = 0.0

    def _check(self) -> None:
        _choice("kernel", self.kernel, tuple(KERNELS))
        _choice("normalisation", self.normalisation, NORMALISATIONS)


@dataclass(frozen=True)
class Pulse:
    """The operator exp(sense · i · angle (cos(phase) Ix + sin(phase) Iy)); angle and phase in degrees, sense ±1."""

    angle: float
    phase: float
    sense: int

    def rotation(self) -> np.ndarray:
        """The (3, 3) rotation of the polarisation vector: right-handed about the pulse axis for sense -1."""
        a, f = -self.sense * math.radians(self.angle), math.radians(self.phase)
        n = np.array([math.cos(f), math.sin(f), 0.0])
        cross = np.array([[0, 0, n[1]], [0, 0, -n[0]], [-n[1], n[0], 0]])
        return math.cos(a) * np.eye(3) + math.sin(a) * cross + (1 - math.cos(a)) * np.outer(n, n)


@dataclass(frozen=True)
class Delay:
    """Free evolution over ``n_steps`` steps of dt, sampled on the way."""

    n_steps: int


@dataclass(frozen=True)
class Protocol(_Checked):
    """A Hahn echo: pulse 1 - tau - pulse 2 - acquire 2 tau, on a grid of dt (tau is cut to whole steps).

    sense  : sign of i in the pulse operators, -1 (2020) or +1 (2021 and later)
    record : "after" = after every step (2020); "all" = before every step and at the end of each delay (2021 and later)
    """

    tau: float = 50.0
    dt: float = 1 / math.pi
    angle_1: float = 90.0
    phase_1: float = 0.0
    angle_2: float = 180.0
    phase_2: float = 0.0
    sense: int = 1
    record: str = "after"
    integrator: str = "exponential_euler"

    def _check(self) -> None:
        _choice("sense", self.sense, (-1, 1))
        _choice("record", self.record, RECORDS)
        _choice("integrator", self.integrator, INTEGRATORS)
        if self.n_tau < 1:
            raise InputError(f"tau must be at least one step dt, got tau = {self.tau:g} µs and dt = {self.dt:g} µs. "
                             "Make dt smaller.")
        if 3 * self.n_tau > MAX_STEPS:
            raise InputError(f"The echo would need {3 * self.n_tau:,} steps, at most {MAX_STEPS:,} are allowed. "
                             "Make dt larger or tau shorter.")

    @property
    def n_tau(self) -> int:
        """Whole steps in tau."""
        return math.floor(self.tau / self.dt + 1e-9)

    @property
    def sequence(self) -> tuple[Pulse | Delay, ...]:
        """The pulses and delays, in order."""
        return (Pulse(self.angle_1, self.phase_1, self.sense), Delay(self.n_tau),
                Pulse(self.angle_2, self.phase_2, self.sense), Delay(2 * self.n_tau))

    @property
    def time(self) -> np.ndarray:
        """Sampling times, µs, (n_times,); with record "all" the instant of a pulse appears before and after it."""
        steps, start = [], 0
        for delay in self.sequence:
            if isinstance(delay, Delay):
                steps.append(start + np.arange(1 if self.record == "after" else 0, delay.n_steps + 1))
                start += delay.n_steps
        return np.concatenate(steps) * self.dt

    @property
    def pulse_times(self) -> tuple[float, ...]:
        """Times of the pulses, µs."""
        return (0.0, self.n_tau * self.dt)

    @property
    def echo_time(self) -> float:
        """Time at which offsets alone refocus, µs."""
        return 2 * self.n_tau * self.dt


@dataclass(frozen=True)
class Sample(_Checked):
    """A periodic lattice of spins and the Lorentzian line their offsets come from (``offsets``: how they are drawn)."""

    n_x: int = 50
    n_y: int = 50
    offsets: str = "stratified"
    line_width: float = 0.05
    cutoff: float = 0.25

    def _check(self) -> None:
        _choice("offsets", self.offsets, OFFSETS)
        if not 2 <= self.n_sites <= MAX_SITES:
            raise InputError(f"A lattice needs 2 to {MAX_SITES:,} spins, got {self.n_x} × {self.n_y}. "
                             "50 × 50 is what the published data sets use.")

    @property
    def n_sites(self) -> int:
        """N = n_x n_y."""
        return self.n_x * self.n_y


@dataclass(frozen=True)
class Experiment:
    """Everything that determines an echo except the random placement of the offsets."""

    material: Material = Material()
    protocol: Protocol = Protocol()
    sample: Sample = Sample()

    def replace(self, **changes) -> "Experiment":
        """A copy with other values; every field of the three parts is reached by its own name."""
        unknown = set(changes) - set(FIELDS)
        if unknown:
            raise InputError(f"An experiment has no parameter {sorted(unknown)[0]!r}; it has {', '.join(FIELDS)}.")
        parts = {}
        for part in ("material", "protocol", "sample"):
            mine = {name: value for name, value in changes.items() if FIELDS[name] == part}
            if mine:
                parts[part] = replace(getattr(self, part), **mine)
        return replace(self, **parts)

    def to_dict(self) -> dict:
        """Plain nested dictionaries for a manifest; ``Experiment.from_dict`` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict) -> "Experiment":
        """The inverse of :meth:`to_dict`."""
        try:
            return cls(Material(**stored["material"]), Protocol(**stored["protocol"]), Sample(**stored["sample"]))
        except (KeyError, TypeError) as error:
            raise InputError(f"This is not a stored experiment ({error}). It was written by another version, "
                             "or damaged.") from None

    def __getattr__(self, name: str):
        """Read any field of the three parts directly: ``experiment.xi``."""
        part = FIELDS.get(name)
        if part is None:
            raise AttributeError(name)
        return getattr(object.__getattribute__(self, part), name)

    @property
    def interaction(self) -> np.ndarray:
        """K(d) on the lattice, float64 (n_x, n_y); see :func:`nmr_core.lattice.interaction`."""
        m, s = self.material, self.sample
        return interaction(m.kernel, m.xi, m.p, m.normalisation, s.n_x, s.n_y)

    @property
    def W(self) -> float:
        """The kernel integral, W = sum_d K(d)."""
        return float(self.interaction.sum())

    @property
    def omega_p(self) -> float:
        """2 alpha |W| / line width, with the largest of the three couplings: the interaction in line widths."""
        m = self.material
        return 2 * max(abs(m.alpha_x), abs(m.alpha_y), abs(m.alpha_z)) * abs(self.W) / self.sample.line_width

    @property
    def derived(self) -> dict[str, float]:
        """What follows from the parameters and is worth a column in a data set."""
        return {"W": self.W, "omega_p": self.omega_p}


FIELDS: dict[str, str] = {field.name: part
                          for part, kind in (("material", Material), ("protocol", Protocol), ("sample", Sample))
                          for field in fields(kind)}
"""Name of a parameter -> the part of an Experiment that holds it."""

DERIVED = ParameterSpace((
    Parameter("W", "W", "", -1e12, 1e12, 1.0, description="Kernel integral, the sum of K over the lattice."),
    Parameter("omega_p", "ωp", "line widths", 0, 1e12, 1.0, description="Interaction 2 α |W| over the line width."),
))
