"""Simulate NMR spin echoes, learn their parameters, and compare how well.

    preset -> experiment -> simulator -> effects -> data set (or from a file of another format)
    data set -> features -> model -> run -> comparison
    run, measured echo -> inference

    import nmr_core as nmr
    echo    = nmr.simulate(nmr.preset("ml4sci_2020_secular").build(alpha=0.18, p=2.2), seed=0)
    dataset = nmr.generate("ml4sci_2020_secular", 1000, seed=0)
    run     = nmr.train(dataset, featurizer="polynomial", model="ridge")
    print(run.scores)
    print(nmr.identify("ml4sci_2020_secular").verdicts)  # before training: what can be estimated
    nmr.calibrate(run).intervals(dataset.signals)    # prediction intervals

The public names are listed in ``__init__.pyi``. Each is imported when it is first used, so that
``import nmr_core`` costs about a millisecond.
"""

from importlib import import_module

__version__ = "0.13.0"


def _read_stub() -> dict[str, str]:
    """Public name -> its module, from the lines "from .module import name as name" of the stub."""
    with open(f"{__path__[0]}/__init__.pyi", encoding="utf-8") as stub:
        words = [line.split() for line in stub if line.startswith("from .")]
    return {name: f"nmr_core{module}" for _, module, _, _, _, name in words}


_MODULES = _read_stub()
__all__ = sorted(_MODULES)


def __getattr__(name: str):
    if name not in _MODULES:
        raise AttributeError(f"module 'nmr_core' has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
