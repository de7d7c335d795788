"""Numbers of the form of the Design page: noise, time and cost of a change, weights."""

from nmr_core.inference.identifiability.scan import SNR
from nmr_core.parameters import Parameter

SNR_OF_A_SHOT = SNR.within(
    SNR.low,
    SNR.high,
    SNR.default,
    description="Largest possible signal, 1/2, over the standard deviation of noise in Re M and in "
    "Im M of one shot. Empty: that of the preset or data set, 100 where they have no noise.",
)
SHOT = Parameter(
    "seconds_per_shot",
    "s per shot",
    "",
    1e-3,
    86_400,
    1.0,
    description="Repetition time: from one shot of the same sequence to the next.",
)
SEED = Parameter("seed", "Seed", "", 0, 2**31, 0, integer=True, description="Of the materials.")
WEIGHT = Parameter("weight", "Weight", "", 0, 1000, 1.0)
CHANGE = Parameter(
    "change",
    "change (s)",
    "",
    0,
    1e6,
    0.0,
    description="Seconds that a change of this setting costs, on top of the shots.",
)
USUAL_CHANGE = {"tau": 30.0, "orientation": 600.0}
"""Field -> seconds that a change costs at first: pulses are changed by the console, in no time."""
