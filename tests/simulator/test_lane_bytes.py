"""The bytes of a curve depend neither on its neighbours nor on the width of a vector."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from any_physics import protocol
from test_lanes import experiments

from nmr_core import simulate, simulate_batch
from nmr_core.simulator.batch import batch_size
from nmr_core.simulator.lanes.layout import Curves, Sites
from nmr_core.simulator.lanes.spins import layouts
from nmr_core.simulator.lanes.width import lane_count

DIGEST = """
import hashlib, sys
sys.path.insert(0, "tests/simulator")
from test_lane_bytes import digest
from nmr_core.simulator.lanes.width import VECTOR_BYTES
print(VECTOR_BYTES, digest())
"""


def digest() -> str:
    """Checksum of curves of a few lattices, alone and in groups, in both precisions."""
    total = hashlib.sha256()
    for shape, changes in (
        ((9, 14), {"integrator": "exponential_midpoint", "dt": 0.5}),
        ((20, 12), {"carrier": 0.7}),
    ):
        some = 3 * experiments(shape, protocol("hahn_echo", **changes))
        for dtype in ("float32", "float64"):
            for n_curves in (1, len(some)):
                curves = simulate_batch(some[:n_curves], list(range(n_curves)), dtype)
                total.update(curves.tobytes())
    return total.hexdigest()


@pytest.mark.parametrize("n_lanes", [4, 8, 16])
def test_bytes_do_not_depend_on_the_number_of_lanes(n_lanes):
    process = subprocess.run(
        [sys.executable, "-c", DIGEST],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"NMR_LANES": str(n_lanes)},
        check=False,
    )
    assert process.returncode == 0, process.stderr[-2000:]
    assert process.stdout.split() == [str(4 * n_lanes), digest()]


def test_a_wrong_number_of_lanes_is_refused():
    process = subprocess.run(
        [sys.executable, "-c", "import nmr_core.simulator.lanes.width"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"NMR_LANES": "5"},
        check=False,
    )
    assert "NMR_LANES must be 4, 8 or 16, got '5'" in process.stderr


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(8, 8), (15, 7), (1, 20), (50, 6)])
def test_a_curve_alone_has_the_bytes_that_it_has_in_a_group(shape, dtype):
    """Alone, neighbouring sites share a vector; in a group, curves do."""
    some = 5 * experiments(shape, protocol("hahn_echo", dt=0.5, record="all"))
    size = batch_size(some[0].sample, dtype)
    together = simulate_batch(some, list(range(len(some))), dtype)
    assert isinstance(next(layouts(size, *shape, dtype))[0], Curves)
    assert isinstance(next(layouts(1, *shape, dtype))[0], Sites)
    for k, experiment in enumerate(some):
        alone = simulate_batch([experiment], [k], dtype)[0]
        assert alone.tobytes() == together[k].tobytes()
        one = simulate(experiment, seed=k, dtype=dtype).signal
        assert one.astype(together.dtype).tobytes() == together[k].tobytes()


def test_curves_are_grouped_by_the_lanes_of_a_vector():
    n_lanes = lane_count("float32")
    for n_curves in range(1, 3 * n_lanes):
        parts = [curves for _, curves in layouts(n_curves, 8, 8, "float32")]
        assert np.concatenate([np.arange(n_curves)[part] for part in parts]).tolist() == list(
            range(n_curves)
        )
        alone = [part for part in parts if part.stop - part.start == 1]
        assert len(alone) <= n_lanes // 2
    assert isinstance(next(layouts(n_lanes, 512, 512, "float32"))[0], Sites)
