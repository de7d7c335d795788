"""Files of named arrays (HDF5, NumPy, MATLAB, Parquet) as trees, and the measurements in them.

    file -> Tree (leaves, parameters) -> records (one per signal with its times) -> Measurement

A record is found by the names of its arrays, without regard to case, prefix and number, and by
their lengths: the axis of a signal that is as long as the times is its axis of time.
"""

from nmr_core.io.trees.tree import Leaf, Tree

__all__ = ["Leaf", "Tree"]
