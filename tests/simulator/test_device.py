"""The batch on PyTorch gives the curves of the compiled simulator, to round-off."""

import subprocess
import sys

import numpy as np
import pytest

from nmr_core import InputError, generate, preset, simulate_batch
from nmr_core.datasets.manifest import Manifest
from nmr_core.simulator.several import simulate_several

pytest.importorskip("torch")

SMALL = {"n_x": 12, "n_y": 9, "tau": 5.0}
OPTIONS = {
    "longitudinal": {"alpha_z": 0.05},
    "anisotropic": {"alpha_x": 0.05, "alpha_y": 0.02},
    "odd kernel": {"p_w": 1.0, "alpha_z": 0.05},
    "relaxation": {"gamma_1": 1e-3, "gamma_2": 2e-3, "gamma_3": 3e-3},
    "midpoint": {"integrator": "exponential_midpoint"},
    "substeps": {"gamma_3": 0.2},
    "counter-rotating": {"carrier": 10.0},
    "held phase": {"carrier": 10.0, "carrier_phase": "step_end"},
    "before": {"record": "before"},
}


def experiments(n: int = 4, **options) -> list:
    """Drawn experiments; every second one has the options of the material."""
    recipe = preset("ml4sci_2020").fix(**SMALL)
    drawn = [recipe.draw(np.random.default_rng(k)) for k in range(n)]
    return [recipe.build(**values, **options) for values in drawn]


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 5e-6), ("float64", 1e-13)])
def test_curves_agree_with_the_compiled_simulator(option, dtype, tolerance):
    some, seeds = experiments(**OPTIONS[option]), range(4)
    on_device = simulate_batch(some, seeds, dtype, device="cpu")
    compiled = simulate_batch(some, seeds, dtype)
    assert on_device.dtype == compiled.dtype
    assert np.abs(on_device - compiled).max() < tolerance


def test_substeps_differ_between_curves_of_a_batch():
    """A curve that needs several substeps stands beside one that needs none."""
    some = [*experiments(2), *experiments(2, gamma_3=0.2)]
    on_device = simulate_batch(some, range(4), "float64", device="cpu")
    assert np.abs(on_device - simulate_batch(some, range(4), "float64")).max() < 1e-13


def test_several_pulse_angles_and_noise():
    recipe = preset("lab").fix(n_x=8, n_y=8)
    samples = [tuple(recipe.experiments(**recipe.draw(np.random.default_rng(0))))] * 2
    on_device = simulate_several(samples, [1, 2], noise=True, device="cpu")
    assert np.abs(on_device - simulate_several(samples, [1, 2], noise=True)).max() < 5e-6


def test_data_set_of_a_device_has_the_same_parameters_and_says_where_it_was_made(tmp_path):
    recipe = preset("ml4sci_2020").fix(**SMALL)
    dataset = generate(recipe, 30, seed=3, device="cpu", path=tmp_path / "device", part_size=20)
    compiled = generate(recipe, 30, seed=3)
    assert dataset.parameters.equals(compiled.parameters)
    assert np.abs(dataset.signals - compiled.signals).max() < 5e-6
    assert Manifest.read(tmp_path / "device").versions["torch"].endswith("on CPU")


def test_device_that_cannot_be_used_is_refused_in_one_sentence():
    import torch

    with pytest.raises(InputError, match="device must be cuda or cpu"):
        simulate_batch(experiments(1), [0], device="tpu")
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="PyTorch"):
            simulate_batch(experiments(1), [0], device="cuda")


def test_without_pytorch_the_command_names_the_extra(tmp_path):
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from nmr_core import extras\n"
        "extras._is_importable = lambda name: name != 'torch'\n"
        "from nmr_core.cli import main\n"
        f"sys.exit(main(['generate', '-n', '2', '--device', 'cuda', '--out', r'{tmp_path / 'a'}']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode != 0
    assert 'pip install "spin-echo-lab[gpu]"' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "a").exists()
