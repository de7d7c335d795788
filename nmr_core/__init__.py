"""What a nuclear spin echo says about a material.

    preset -> experiment -> simulator -> effects -> data set -> features -> model -> run -> comparison
                                                   formats ^                     records -> | inference

    import nmr_core as nmr
    echo    = nmr.simulate(nmr.preset("ml4sci_2020").build(alpha=0.18, p=2.2), seed=0)
    dataset = nmr.generate("ml4sci_2020", 1000, seed=0)
    run     = nmr.train(dataset, featurizer="polynomial", model="ridge")
    print(run.scores)
    print(nmr.identify("ml4sci_2020").verdicts)      # what can be known at all, before any training
    nmr.calibrate(run).intervals(dataset.signals)    # and how sure an estimate is

Names are imported when they are first used, so that ``import nmr_core`` costs nothing.
"""

from importlib import import_module

_HOME = {
    "InputError": "errors",
    "FailedError": "errors",
    "Cancelled": "errors",
    "Parameter": "parameters",
    "ParameterSpace": "parameters",
    "Experiment": "experiment",
    "Material": "experiment",
    "Protocol": "experiment",
    "Sample": "experiment",
    "solve_for": "experiment",
    "Pulse": "pulses",
    "Delay": "pulses",
    "SEQUENCES": "sequences",
    "INTEGRATORS": "integrators",
    "LATTICES": "lattice",
    "preset": "presets",
    "PRESETS": "presets",
    "Row": "presets",
    "table_preset": "presets",
    "KERNELS": "kernels",
    "simulate": "simulator",
    "simulate_batch": "simulator",
    "Echo": "simulator",
    "movie": "simulator",
    "Movie": "simulator",
    "sweep": "simulator",
    "Sweep": "simulator",
    "generate": "datasets",
    "load_dataset": "datasets",
    "list_datasets": "datasets",
    "EchoDataset": "datasets",
    "join": "datasets",
    "stream": "datasets",
    "noise_floor": "datasets",
    "NoiseFloor": "datasets",
    "EFFECTS": "effects",
    "FORMATS": "io.formats",
    "read_foreign": "io.formats",
    "write_foreign": "io.formats",
    "SYMMETRIES": "symmetries",
    "Symmetry": "symmetries",
    "symmetries_of": "symmetries",
    "FEATURIZERS": "features",
    "MODELS": "models",
    "RECIPES": "models",
    "train": "learning",
    "compare": "evaluation",
    "compare_classes": "evaluation",
    "Run": "learning",
    "load_run": "evaluation",
    "list_runs": "evaluation",
    "unidentifiable": "learning",
    "explain": "evaluation.explain",
    "load_explanation": "evaluation.explain",
    "predict": "learning.predicting",
    "identify": "inference.identifiability",
    "Identification": "inference.identifiability",
    "estimate": "measured.estimating",
    "target_of": "measured.own",
    "prepare_own": "measured.own",
    "calibrate": "inference.intervals",
    "load_calibration": "inference.intervals",
    "coverage": "inference.intervals",
    "robustness": "inference.robustness",
    "load_robustness": "inference.robustness",
    "study": "studies",
    "STUDIES": "studies",
    "Study": "studies",
    "load_study": "studies",
    "list_studies": "studies",
}
"""Public name -> the room that it lives in."""

__all__ = sorted(_HOME)
__version__ = "0.5.0"


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'nmr_core' has no attribute {name!r}")
    value = getattr(import_module(f"nmr_core.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
