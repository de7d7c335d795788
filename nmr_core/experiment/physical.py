"""Specifications of all physical parameters, in MHz, µs, lattice sites and degrees."""

from collections.abc import Collection
from math import pi

from nmr_core.errors import InputError
from nmr_core.kernels import kernel_parameters
from nmr_core.parameters import Parameter, ParameterSpace


class Physical(ParameterSpace):
    """Specifications of all physical parameters.

    The parameters of the registered kernels stand between the couplings and the others.

    Parameters
    ----------
    couplings, others : tuple of Parameter
    """

    def __init__(self, couplings: tuple[Parameter, ...], others: tuple[Parameter, ...]):
        object.__setattr__(self, "_couplings", couplings)
        object.__setattr__(self, "_others", others)
        own = {spec.name: spec for spec in (*couplings, *others)}
        object.__setattr__(self, "_own", own)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All specifications, in the order of menus."""
        return (*self._couplings, *kernel_parameters().values(), *self._others)

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in kernel_parameters()

    def __getitem__(self, name: str) -> Parameter:
        return self._own[name] if name in self._own else super().__getitem__(name)


PHYSICAL = Physical(
    couplings=(
        Parameter(
            "alpha_x", "αx", "MHz", -10, 10, 0.05, description="Coupling of the x components."
        ),
        Parameter(
            "alpha_y", "αy", "MHz", -10, 10, 0.05, description="Coupling of the y components."
        ),
        Parameter(
            "alpha_z", "αz", "MHz", -10, 10, 0.0, description="Coupling of the z components."
        ),
    ),
    others=(
        Parameter(
            "s_w",
            "s",
            "",
            -10,
            10,
            1.0,
            description="Weight of the isotropic (s-wave) part of the interaction.",
        ),
        Parameter(
            "p_w",
            "pw",
            "",
            -10,
            10,
            0.0,
            description="Weight of cos θ (p-wave), θ from the lattice's a₁: odd under d → -d.",
        ),
        Parameter(
            "d_w",
            "dw",
            "",
            -10,
            10,
            0.0,
            description="Weight of cos 2θ (d-wave), θ from the lattice's a₁.",
        ),
        Parameter(
            "gamma_1",
            "γ₁",
            "MHz",
            0,
            10,
            0.0,
            description="Relaxation rate of the jump operator I+.",
        ),
        Parameter(
            "gamma_2",
            "γ₂",
            "MHz",
            0,
            10,
            0.0,
            description="Relaxation rate of the jump operator I-.",
        ),
        Parameter(
            "gamma_3",
            "γ₃",
            "MHz",
            0,
            10,
            0.0,
            description="Dephasing rate of the jump operator Iz.",
        ),
        Parameter(
            "tau",
            "τ",
            "µs",
            0.01,
            10_000,
            50.0,
            description="Time between the first two pulses; the echo comes at 2τ.",
        ),
        Parameter(
            "acquire",
            "tacq",
            "µs",
            0,
            30_000,
            0.0,
            description="Recorded after the last pulse; 0 = 2τ.",
        ),
        Parameter(
            "record_from",
            "t₀",
            "µs",
            0,
            30_000,
            0.0,
            description="Recording starts so long after the last pulse; 0 = everything is "
            "recorded.",
        ),
        Parameter(
            "record_every",
            "k",
            "",
            1,
            10_000,
            1,
            integer=True,
            description="Every k-th point is recorded, on a grid of k time steps.",
        ),
        Parameter(
            "n_echoes", "n", "", 1, 1000, 4, integer=True, description="Echoes of a CPMG train."
        ),
        Parameter(
            "dt",
            "Δt",
            "µs",
            1e-4,
            100,
            1 / pi,
            scale="log",
            description="Time step and sampling interval.",
        ),
        Parameter(
            "angle_1",
            "β₁",
            "°",
            -720,
            720,
            90.0,
            description="Angle of the first (excitation) pulse.",
        ),
        Parameter(
            "phase_1",
            "φ₁",
            "°",
            -720,
            720,
            0.0,
            description="Phase of the first pulse: 0 = about x, 90 = about y.",
        ),
        Parameter(
            "angle_2",
            "β₂",
            "°",
            -720,
            720,
            180.0,
            description="Angle of the second (refocusing) pulse.",
        ),
        Parameter("phase_2", "φ₂", "°", -720, 720, 0.0, description="Phase of the second pulse."),
        Parameter(
            "carrier",
            "ν₀",
            "MHz",
            0,
            1000,
            0.0,
            description=(
                "Carrier frequency whose counter-rotating terms are kept; 0 = none (secular)."
            ),
        ),
        Parameter(
            "carrier_axis",
            "ψ",
            "°",
            -720,
            720,
            0.0,
            description="Axis of the coupling in the laboratory, for its counter-rotating terms: "
            "0 = x, 90 = y.",
        ),
        Parameter(
            "noise",
            "σ",
            "",
            0,
            1,
            0.0,
            description="Standard deviation of the receiver's noise in Re M and in Im M.",
        ),
        Parameter(
            "orientation",
            "θ",
            "°",
            -720,
            720,
            0.0,
            description="Angle between the field and the crystal's z axis; 90 = field along x.",
        ),
        Parameter(
            "n_x", "nx", "sites", 1, 2048, 50, integer=True, description="Lattice size along a₁."
        ),
        Parameter(
            "n_y",
            "ny",
            "sites",
            1,
            2048,
            50,
            integer=True,
            description="Lattice size along a₂; 1 = a chain.",
        ),
        Parameter(
            "line_width",
            "Γ",
            "MHz",
            1e-6,
            10,
            0.05,
            scale="log",
            description="Full width at half maximum of the line.",
        ),
        Parameter(
            "cutoff",
            "δmax",
            "MHz",
            1e-6,
            10,
            0.25,
            scale="log",
            description="The line ends at ± this from its centre.",
        ),
        Parameter(
            "line_fraction",
            "η",
            "",
            0,
            1,
            0.5,
            description="Lorentzian fraction of a pseudo-Voigt line.",
        ),
        Parameter(
            "centre",
            "δ₀",
            "MHz",
            -10,
            10,
            0.0,
            description="Centre of the line minus the carrier.",
        ),
        Parameter(
            "offsets_seed",
            "list",
            "",
            0,
            2**31,
            1,
            integer=True,
            description="Which list of frequencies all curves share; another number is another "
            "list. Only with frozen offsets.",
        ),
    ),
)

DERIVED = ParameterSpace(
    (
        Parameter(
            "W",
            "W",
            "",
            -1e12,
            1e12,
            1.0,
            description="Kernel integral, the sum of K over the lattice.",
        ),
        Parameter(
            "omega_p",
            "ωp",
            "line widths",
            0,
            1e12,
            1.0,
            description="Interaction 2 α |W| over the line width.",
        ),
        Parameter(
            "length_scale",
            "ℓ",
            "sites",
            0,
            1e6,
            1.0,
            description="Length scale of the interaction, √|W|.",
        ),
    )
)


def choice(name: str, value: object, allowed: Collection[object]) -> None:
    """Check that a value is one of those allowed.

    Raises
    ------
    InputError
        If it is not; the message lists the allowed ones.
    """
    if value not in allowed:
        raise InputError(
            f"{name} must be one of {', '.join(map(str, allowed))}; got {str(value)[:60]!r}."
        )
