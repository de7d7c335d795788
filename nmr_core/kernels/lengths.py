"""Parameters that several kernels share, and where they are searched for."""

from nmr_core.kernels._kernel import Search
from nmr_core.parameters import Parameter

XI = Parameter(
    "xi",
    "ξ",
    "sites",
    1e-15,
    1e4,
    3.0,
    description="Range of the interaction.",
    hint="It must be > 0; use the constant kernel for an infinite range.",
)
P = Parameter(
    "p",
    "p",
    "",
    0.1,
    20,
    2.0,
    description="Exponent of the power law, or of the stretched Gaussian.",
)
XI_SEARCH = Search("xi", longest=1e4, shortest=0.05)
P_SEARCH = Search("p", longest=0.1, shortest=20.0)
