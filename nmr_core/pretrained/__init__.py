"""Trained models that ship with the package, loaded as any run.

    nmr.load_run("pretrained-ml4sci-2020")

``python -m nmr_core.pretrained`` makes them again from simulated signals (__main__.py).
"""
