"""Trained models that ship with the package: ``nmr.load_run("pretrained-ml4sci-2020")``, as any other run.

``python -m nmr_core.pretrained NAME`` makes one again from simulated curves (__main__.py); runs/ holds what it made.
"""
