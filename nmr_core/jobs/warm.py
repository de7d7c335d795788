"""What a worker loads before it has a job, and whether that is still the installed code."""

import sysconfig
from importlib import import_module
from pathlib import Path

import nmr_core
from nmr_core.storage.files import changed_at

MODULES = ("nmr_core.datasets.generate", "nmr_core.learning.train")
"""Modules that import what most jobs use, scikit-learn and pandas too."""


def load() -> None:
    """Import what most jobs need, and load the compiled kernels; about 2 s of one core."""
    for module in MODULES:
        import_module(module)
    from nmr_core.models.trusted import import_skops

    import_skops()
    compile_simulator()


def compile_simulator() -> None:
    """Simulate a small echo with each kind of offsets, which compiles every compiled function."""
    from nmr_core.experiment import OFFSETS, Experiment
    from nmr_core.simulator import simulate

    small = Experiment().replace(n_x=8, n_y=8, alpha_z=0.01, tau=5, carrier=1)
    for offsets in OFFSETS:
        simulate(small.replace(offsets=offsets), dtype="float32")
    simulate(small, dtype="float64")  # symmetries are checked in double precision


def compile_labs() -> None:
    """Train the smallest network of the labs, which compiles its functions."""
    from nmr_core.labs.network import Options, train

    train([[0.0], [1.0]], [0.0, 1.0], Options(n_hidden=1, epochs=1))


def code_stamp() -> tuple[int, int, int]:
    """Changes when a file of this package, or an installed package, is added, changed or removed.

    Returns
    -------
    tuple of int
        Number of files, newest change (ns), change of the folder of installed packages (ns).
    """
    changes = [
        changed_at(path) for folder in nmr_core.__path__ for path in Path(folder).rglob("*.py")
    ]
    return len(changes), max(changes, default=0), changed_at(Path(sysconfig.get_path("purelib")))
