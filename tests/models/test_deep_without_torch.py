"""Without the extra the networks are listed, and their use names what to install."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.models.deep import ARCHITECTURES, ENTRIES, DeepClassifier, DeepRegressor


def test_importing_and_listing_the_networks_loads_no_pytorch(repository):
    code = (
        "import sys\n"
        "from nmr_core.models.deep import ENTRIES\n"
        "[e.parameters.defaults for e in ENTRIES]\n"
        "print(len(ENTRIES), *({'torch', 'skorch'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True
    )
    assert answer.stdout.strip() == str(len(ARCHITECTURES)), answer.stderr


def test_loading_and_storing_a_run_loads_no_pytorch(repository, tmp_path):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from nmr_core import load_run\n"
        "from nmr_core.learning.stored_members import dump\n"
        "from nmr_core.models.trusted import TORCH_PART, load_trusted\n"
        "dump(Path(sys.argv[1]), load_run('example-ridge').model)\n"
        "print(type(load_trusted(Path(sys.argv[1]))).__name__)\n"
        "print(*({'torch', TORCH_PART} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "model.skops")],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert answer.stdout == "GroupedPipeline\n\n", answer.stderr


@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_building_says_what_is_missing(entry, task, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "skorch", object())
    monkeypatch.setattr(
        "nmr_core.extras.find_spec",
        lambda package: None if package == "torch" else SimpleNamespace(origin="file"),
    )
    with pytest.raises(
        InputError,
        match=rf"^The model {entry.name} needs PyTorch, which is not installed\. Install with: "
        rf".*\[deep\]",
    ):
        entry(task=task)


@pytest.mark.parametrize("kind", [DeepRegressor, DeepClassifier])
def test_so_does_fitting_and_predicting_with_a_saved_network(kind, monkeypatch):
    monkeypatch.setattr("nmr_core.extras.find_spec", lambda package: None)
    X, y = np.ones((30, 4), np.float32), np.arange(30) % 2
    with pytest.raises(
        InputError, match="gelu_mlp needs PyTorch and skorch, which are not installed"
    ):
        kind().fit(X, y)
    loaded = kind()
    loaded.weights_, loaded.classes_ = {"0.weight": X}, np.array([0, 1])
    loaded.learned_, loaded.targets_ = np.array([0]), type("Scaler", (), {"mean_": np.zeros(1)})
    with pytest.raises(
        InputError, match="gelu_mlp needs PyTorch and skorch, which are not installed"
    ):
        loaded.predict(X)
