"""The width of a vector on this processor, and whether it multiplies and adds in one instruction.

``NMR_LANES`` (4, 8 or 16 lanes of float32) overrides the width, for tests.
"""

import os
import platform

import numba
import numpy as np
from numba.core.codegen import get_host_cpu_features

from nmr_core.errors import InputError


def _features() -> set[str]:
    """Instruction sets that numba compiles for."""
    chosen = getattr(numba.config, "CPU_FEATURES", None)
    features = get_host_cpu_features() if chosen is None else chosen
    return {name[1:] for name in features.split(",") if name.startswith("+")}


def _vector_bytes(features: set[str]) -> int:
    """Bytes of the widest vector: AVX-512, AVX, or 16 bytes that every processor has."""
    chosen = os.environ.get("NMR_LANES", "")
    if chosen:
        if chosen not in ("4", "8", "16"):
            raise InputError(
                f"NMR_LANES must be 4, 8 or 16, got {chosen[:40]!r}. Unset it to use the width of "
                "this processor."
            )
        return 4 * int(chosen)
    if "avx512f" in features:
        return 64
    return 32 if "avx" in features else 16


FEATURES = _features()
VECTOR_BYTES = _vector_bytes(FEATURES)
HAS_FMA = "fma" in FEATURES or platform.machine().lower() in ("aarch64", "arm64")
"""Without it a * b + c is rounded twice, so that curves differ by round-off from other machines."""
WIDTH = (0,) * (VECTOR_BYTES // 16)
"""Argument of every cached function: numba's cache knows the types of arguments, not globals, and
the length of this tuple is a part of its type."""


def lane_count(dtype: np.dtype | str) -> int:
    """Number of lanes of a vector of float32 or float64."""
    return VECTOR_BYTES // np.dtype(dtype).itemsize
