"""Options of featurizers that are single numbers: what widgets and the command line offer."""

from nmr_core.parameters import Parameter, ParameterSpace

CENTRE = Parameter(
    "centre",
    "centre",
    "of the record",
    0,
    1,
    2 / 3,
    description="Where the echo is, as a share of the record; a Hahn echo comes at 2/3.",
)
WIDTH = Parameter(
    "width",
    "half width",
    "points",
    0,
    100_000,
    0,
    integer=True,
    description="Points that are kept before and after the centre; 0 = the whole record.",
)
RESCALE = Parameter(
    "rescale",
    "rescale",
    "",
    0,
    1,
    0,
    integer=True,
    description="1 = divide each curve by the largest |M| of its window.",
)
WINDOW = (CENTRE, WIDTH, RESCALE)
AROUND_ECHO = (CENTRE, WIDTH.within(0, 100_000, 150), RESCALE)
ORDER = Parameter(
    "order", "order", "", 0, 10, 3, integer=True, description="Degree of the polynomials."
)
SPECTRUM = (
    Parameter(
        "edge",
        "edge",
        "points",
        0,
        10_000,
        35,
        description="Where the envelope has risen to one half; 0 = no envelope.",
    ),
    Parameter(
        "steepness",
        "steepness",
        "1/point",
        0.001,
        100,
        0.35,
        scale="log",
        description="How fast the envelope rises.",
    ),
    Parameter(
        "padding",
        "zeros",
        "points",
        0,
        65_536,
        256,
        integer=True,
        description="Zeros added on each side.",
    ),
    Parameter(
        "low",
        "low",
        "of the axis",
        0,
        1,
        0,
        description="Where the band begins; 0 = the most negative frequency.",
    ),
    Parameter(
        "high",
        "high",
        "of the axis",
        0,
        1,
        1,
        description="Where the band ends; 1/2 is the carrier.",
    ),
    Parameter(
        "magnitude",
        "of |M|",
        "",
        0,
        1,
        0,
        integer=True,
        description="1 = transform |M| instead of M.",
    ),
    Parameter(
        "absolute",
        "absolute",
        "",
        0,
        1,
        0,
        integer=True,
        description="1 = drop the sign of Re and Im.",
    ),
)
COMPONENTS = (
    Parameter(
        "n_components",
        "components",
        "",
        1,
        2000,
        50,
        integer=True,
        description="Most components that are kept.",
    ),
    Parameter(
        "whiten",
        "whiten",
        "",
        0,
        1,
        0.5,
        description="Components are divided by (their standard deviation)^this: 0 keeps their "
        "sizes, 1 makes them equal.",
    ),
)
REFOCUSED = (
    COMPONENTS[0].within(1, 2000, 60),
    COMPONENTS[1],
    CENTRE,
)
ROCKET = (
    Parameter(
        "n_kernels",
        "kernels",
        "",
        84,
        100_000,
        2000,
        integer=True,
        description="Features a setting, rounded down to a multiple of 84; published: 10,000.",
    ),
)
SHAPE = (
    CENTRE,
    WIDTH.within(
        0,
        100_000,
        0,
        description="How far from the centre the echo is looked for; 0 = from 3/4 of the "
        "way to it, to the end of the record.",
    ),
)

NO_OPTIONS = ParameterSpace(())
