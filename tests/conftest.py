"""Fixtures for every test: deterministic hypothesis, and a temporary data folder."""

import os
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

if "PYTEST_XDIST_WORKER" in os.environ:
    # The tests share the cores already: threads that wait for each other make a boosting of 60
    # curves take 27 s instead of 1.4 s
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

settings.register_profile(
    "repeatable", deadline=None, derandomize=True, max_examples=15, database=None
)
settings.load_profile("repeatable")

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def environment():
    """Commands that serve say by the environment what is served; the next test does not hear it."""
    before = _settings()
    yield
    for name in _settings().keys() | before.keys():
        os.environ.pop(name, None)
    os.environ.update(before)


def _settings() -> dict[str, str]:
    """Variables of the environment that commands set."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith("NMR_") or name == "FORWARDED_ALLOW_IPS"
    }


@pytest.fixture(scope="session", autouse=True)
def components_are_searched_once():
    """AppTest reads the metadata of all installed packages for each page that is opened, which
    takes longer than most pages; they do not change while the tests run.
    """
    if "streamlit.testing.v1" not in sys.modules:
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        name = "scan_component_manifests"
        patch.setattr(manifest_scanner, name, cache(getattr(manifest_scanner, name)))
        yield


@pytest.fixture
def quick_hashes(monkeypatch):
    """Hashes of passwords that cost little: the tests make many."""
    argon2 = pytest.importorskip("argon2")
    from nmr_core.people import passwords

    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    passwords._unknown.cache_clear()
    yield
    passwords._unknown.cache_clear()


@pytest.fixture
def data_folder(tmp_path, monkeypatch) -> Path:
    """An empty data folder (not yet made); NMR_DATA points to it."""
    folder = tmp_path / "data"
    monkeypatch.setenv("NMR_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout: where child processes start, so that they find ``nmr_core``."""
    return ROOT


@pytest.fixture(scope="session")
def echoes():
    """150 real curves, complex64 (150, 1, 187), and their (alpha, d), float64 (150, 2)."""
    from nmr_core import generate, preset

    dataset = generate(
        preset("ml4sci_2020_secular").fix(n_x=10, n_y=10, tau=20.0, offsets="stratified"),
        150,
        seed=1,
    )
    return dataset.signals, dataset.parameters[["alpha", "d"]].to_numpy()
