"""An experiment: its material, its protocol and its sample.

Frequencies and rates are in MHz, times in µs, lengths in lattice sites and angles in degrees. A
phase is 2π · MHz · µs; the "reduced time" of the reference codes is s = 2π · t/µs.
"""

from nmr_core.experiment.experiment import FIELDS, Experiment
from nmr_core.experiment.material import NORMALISATIONS, Material
from nmr_core.experiment.physical import DERIVED, PHYSICAL
from nmr_core.experiment.protocol import CARRIER_PHASES, RECORDS, SENSES, Protocol
from nmr_core.experiment.sample import LINES, MAX_SITES, OFFSETS, Sample
from nmr_core.experiment.solve import Unreachable, solve_for

__all__ = [
    "CARRIER_PHASES",
    "DERIVED",
    "FIELDS",
    "LINES",
    "MAX_SITES",
    "NORMALISATIONS",
    "OFFSETS",
    "PHYSICAL",
    "RECORDS",
    "SENSES",
    "Experiment",
    "Material",
    "Protocol",
    "Sample",
    "Unreachable",
    "solve_for",
]
