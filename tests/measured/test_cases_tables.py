"""The text tables of ../shared/cases: the right numbers, or a refusal whose reason is true."""

from pathlib import Path

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.measured import read_measurements

CASES = next(
    (
        folder
        for parent in Path(__file__).resolve().parents
        if (folder := parent / "shared" / "cases").is_dir()
    ),
    None,
)
pytestmark = pytest.mark.skipif(CASES is None, reason="../shared/cases is not on this machine")
SHIFTED = {"T34": -0.31831}
"""µs: the header gives 0 as the time of the first point."""
ROUNDED = {"T28": 0.1, "T10": 2e-3, "T41b": 2e-3}
"""Steps by which the times of the file are rounded."""
REFUSED = {
    "T27b": "has no column of times",
    "T32": "this is a spectrum and no echo in time",
    "T40": "the unit of the times changes from row 3 to row 4",
}


def _names():
    return sorted(path.name for path in CASES.glob("T*")) if CASES else ["none"]


@pytest.mark.parametrize("name", _names())
def test_a_case_is_right_or_truly_refused(name):
    case = name.partition("_")[0]
    if case in REFUSED:
        with pytest.raises(InputError, match=REFUSED[case]):
            read_measurements(CASES / name)
        return
    [measurement] = read_measurements(CASES / name)
    with np.load(CASES / "base_curve.npz") as base:
        time, signal = base["t"], base["s"]
    if case == "T27":  # begins with three rows of its own
        assert measurement.time[:4] == pytest.approx([0, 1, 2, 2.865])
        measurement_time, measured = measurement.time[3:], measurement.signal[3:]
        time, signal = time[8:], signal[8:]
    else:
        measurement_time, measured = measurement.time, measurement.signal
    step = time[1] - time[0]
    assert len(measurement_time) == len(time)
    shift = SHIFTED.get(case, 0.0)
    assert np.abs(measurement_time - time - shift).max() < ROUNDED.get(case, 2e-3) * step
    assert not measurement.real_only
    # The same curve up to a scale and a turn
    scale = np.vdot(signal, measured) / np.vdot(signal, signal)
    assert np.abs(measured / scale - signal).max() < 2e-4
    assert round(abs(scale)) in (1, 60_000, 100_000)
