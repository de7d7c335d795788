"""Golden data of another program: three echoes of the CUDA spin-echo simulator of 2023.

They lie in ../shared/reference/cuda_2023.

Its offsets are random, so a curve can only be compared with what the seed alone does: our 16 seeds
spread as much as the largest distance of one of them to the mean of the others, and the foreign
curve must lie as close.
Columns of echo_params1.txt: alpha_x alpha_y alpha_z xi p ...; conventions: the preset cuda_2023.
"""

import numpy as np
import pytest

from nmr_core import preset, simulate_batch

N_SEEDS = 16


@pytest.fixture(scope="module")
def golden(repository):
    folder = repository.parent / "shared" / "reference" / "cuda_2023"
    files = [folder / f"{name}1.txt" for name in ("echo_params", "real_output", "imag_output")]
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        pytest.skip(
            f"the reference curves of the CUDA simulator are not here: {', '.join(missing)}"
        )
    parameters, real, imaginary = map(np.loadtxt, files)
    return parameters, real + 1j * imaginary


@pytest.mark.parametrize("row", range(3))
def test_the_cuda_simulators_echo_is_one_of_ours(golden, row):
    parameters, curves = golden
    names = ("alpha_x", "alpha_y", "alpha_z", "xi", "p")
    experiment = preset("cuda_2023").build(**dict(zip(names, parameters[row, :5], strict=True)))
    ours = np.abs(simulate_batch([experiment] * N_SEEDS, list(range(N_SEEDS))))
    theirs, mean = np.abs(curves[row]), ours.mean(axis=0)

    def distance(a, b):
        return np.sqrt(((a - b) ** 2).mean())

    spread = max(distance(ours[k], np.delete(ours, k, axis=0).mean(axis=0)) for k in range(N_SEEDS))
    assert distance(theirs, mean) <= 1.2 * spread
    assert np.corrcoef(theirs, mean)[0, 1] >= 0.97
    assert spread < 0.06


def test_the_cuda_simulators_first_point_has_our_phase(golden):
    _, curves = golden
    assert curves[:, 0] == pytest.approx(np.full(3, 0.5j), abs=1e-4)
    assert preset("cuda_2023").build().protocol.events[0].rotation() @ [0, 0, 0.5] == pytest.approx(
        [0, 0.5, 0]
    )
