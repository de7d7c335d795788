"""The bytes of a curve depend neither on its neighbours nor on the width of a vector."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from any_physics import protocol
from numpy.testing import assert_allclose
from test_lanes import experiments

from nmr_core import simulate, simulate_batch
from nmr_core.simulator.batch import Batch, batch_size
from nmr_core.simulator.lanes.layout import Curves, Sites
from nmr_core.simulator.lanes.spins import layouts
from nmr_core.simulator.lanes.width import HAS_FMA, lane_count
from nmr_core.simulator.offsets import draw_offsets

OTHER_WIDTH = next(n_lanes for n_lanes in (4, 8) if n_lanes != lane_count("float32"))
"""A process with other vectors compiles the simulator for half a minute: one stands for all."""
CURVES = """
import sys
import numpy as np
sys.path.insert(0, "tests/simulator")
from test_lane_bytes import some_curves
from nmr_core.simulator.lanes.width import HAS_FMA, VECTOR_BYTES
np.savez(sys.argv[1], width=VECTOR_BYTES, fma=HAS_FMA, *some_curves())
"""


def some_curves() -> list[np.ndarray]:
    """Curves of a few lattices, alone and in groups, in both precisions."""
    curves = []
    for shape, changes in (
        ((9, 14), {"integrator": "exponential_midpoint", "dt": 0.5}),
        ((20, 12), {"carrier": 0.7}),
    ):
        some = 3 * experiments(shape, protocol("hahn_echo", **changes))
        for dtype in ("float32", "float64"):
            for n_curves in (1, len(some)):
                curves.append(simulate_batch(some[:n_curves], list(range(n_curves)), dtype))
    return curves


def curves_elsewhere(path: Path, **environment: str) -> dict[str, np.ndarray]:
    """The same curves from a process with other vectors, and the width of these."""
    process = subprocess.run(
        [sys.executable, "-c", CURVES, str(path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | environment,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-2000:]
    with np.load(path) as file:
        return dict(file)


def test_bytes_do_not_depend_on_the_number_of_lanes(tmp_path):
    others = curves_elsewhere(tmp_path / "curves.npz", NMR_LANES=str(OTHER_WIDTH))
    assert (others["width"], others["fma"]) == (4 * OTHER_WIDTH, HAS_FMA)
    for k, curves in enumerate(some_curves()):
        assert curves.tobytes() == others[f"arr_{k}"].tobytes()


def test_a_processor_without_avx_and_fma_agrees_to_round_off(tmp_path):
    others = curves_elsewhere(
        tmp_path / "curves.npz", NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES=""
    )
    if platform.machine() in ("x86_64", "AMD64"):
        assert (others["width"], others["fma"]) == (16, False)
    for k, curves in enumerate(some_curves()):
        tolerance = 4e-6 if curves.dtype == np.complex64 else 1e-12
        assert_allclose(others[f"arr_{k}"], curves, rtol=0, atol=tolerance)


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


def test_vectors_are_not_wider_than_numba_compiles_for():
    """numba compiles without AVX on some processors that have it, or where one says so."""
    process = subprocess.run(
        [
            sys.executable,
            "-c",
            "from nmr_core.simulator.lanes.width import VECTOR_BYTES; print(VECTOR_BYTES)",
        ],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={k: v for k, v in os.environ.items() if k != "NMR_LANES"} | {"NUMBA_ENABLE_AVX": "0"},
        check=True,
    )
    assert process.stdout.strip() == "16"


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


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_m_z_of_a_curve_alone_has_the_bytes_that_it_has_in_a_group(dtype):
    some = 3 * experiments((30, 4), protocol("hahn_echo", dt=0.5, record="all"))
    seeds = range(len(some))
    offsets = np.stack([draw_offsets(e.sample, k) for k, e in zip(seeds, some, strict=True)])
    mz = np.empty((len(some), len(some[0].protocol.time)))
    Batch(some, offsets, dtype).run(mz)
    for k in seeds:
        assert simulate(some[k], seed=k, dtype=dtype).mz.tobytes() == mz[k].tobytes()


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
