"""Examples for a first visit: a small data set, three runs, and two studies.

``python -m nmr_core.examples`` computes them again.
"""
