"""Text below the arguments in ``simulate --help``: examples, files, names of all choices."""

from nmr_core.experiment import LINES, OFFSETS
from nmr_core.integrators import INTEGRATORS
from nmr_core.kernels import KERNELS
from nmr_core.lattice import LATTICES
from nmr_core.sequences import SEQUENCES

EXAMPLE = """example:
  python -m nmr_core simulate --set alpha=0.18 --set p=2.2 --out echo.csv
  python -m nmr_core simulate --preset cuda_2023 --set kernel=rkky \
--set "sequence=90x 50us 180y 100us" --json
  python -m nmr_core simulate --preset lab --sweep xi=1:15:29 --figure range.html
  python -m nmr_core simulate --preset pulse_angle_sweep --figure angles.html

The last one is the pulse-angle figure of the physics paper: \
37 strengths of both pulses, one material."""

FILES = """files of one echo: CSV time_us,re,im,mz; NPZ time (µs), signal (complex), mz
files of several:  CSV one column per field that differs, then time_us,re,im; \
NPZ time, signals, mz, those fields
files of a sweep:  CSV value,time_us,re,im; NPZ time, values, signals, parameter (its name)"""


def _listed(title: str, labels: dict[str, str]) -> str:
    width = max(map(len, labels))
    return "\n".join(
        [f"{title}:", *(f"  {name:<{width}}  {label}" for name, label in labels.items())]
    )


EPILOG = "\n\n".join(
    [
        EXAMPLE,
        FILES,
        _listed(
            "kernels (--set kernel=NAME)", {name: kernel.label for name, kernel in KERNELS.items()}
        ),
        _listed(
            'sequences (--set sequence=NAME), or any list of pulses and delays ("sequence=90x 50us '
            '180y 100us")',
            {name: f"{sequence.label}: {sequence.scheme}" for name, sequence in SEQUENCES.items()},
        ),
        _listed(
            "integrators (--set integrator=NAME)",
            {name: integrator.label for name, integrator in INTEGRATORS.items()},
        ),
        _listed(
            "lattices (--set lattice=NAME)",
            {name: lattice.label for name, lattice in LATTICES.items()},
        ),
        _listed("offsets of the spins (--set offsets=NAME)", OFFSETS),
        _listed("shapes of the line (--set line=NAME)", LINES),
    ]
)
