"""Many machines: a real Dask scheduler and two workers on this one, and their failures."""

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from nmr_core import FailedError, generate, load_dataset, machines, preset
from nmr_core.datasets.generate import resume
from nmr_core.machines import SCHEDULER, _refuse_others
from nmr_core.workers import versions_here

MISSING = "Dask is not installed (pip install -r requirements-dev.txt)"
HELD = {"n_x": 30, "n_y": 30, "tau": 20.0}
N, PART = 192, 16


@pytest.fixture
def run(repository, tmp_path):
    """``run(address)``: start the command line on a cluster; it writes to ``tmp_path / "ds"``."""
    started = []

    def start(address: str) -> subprocess.Popen:
        options = [word for name, value in HELD.items() for word in ("--set", f"{name}={value}")]
        command = [
            sys.executable,
            "-W",
            "error",
            "-m",
            "nmr_core",
            "generate",
            "-n",
            str(N),
            "--seed",
            "2",
            "--part-size",
            str(PART),
            *options,
            "--out",
            str(tmp_path / "ds"),
        ]
        started.append(
            subprocess.Popen(
                command,
                cwd=repository,
                env=os.environ | {SCHEDULER: address},
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def cluster(repository, tmp_path):
    """``cluster(n)``: a scheduler with n workers that are ready; ``.address``, and ``.scheduler``,
    ``.workers`` as processes.
    """
    if importlib.util.find_spec("distributed") is None:
        pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)
    started = []

    def dask(name: str, *options: str) -> subprocess.Popen:
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.dask_{name}",
            "--no-dashboard",
            "--host",
            "127.0.0.1",
            *options,
        ]
        with (tmp_path / f"log-{len(started)}").open("w") as log:
            started.append(subprocess.Popen(command, cwd=repository, stdout=log, stderr=log))
        return started[-1]

    def start(n_workers: int) -> SimpleNamespace:
        path = tmp_path / "scheduler.json"
        scheduler = dask("scheduler", "--port", "0", "--scheduler-file", str(path))
        waited(path.exists)
        address = json.loads(path.read_text())["address"]
        workers = [
            dask(
                "worker",
                address,
                "--no-nanny",
                "--nthreads",
                "1",
                "--local-directory",
                str(tmp_path / f"worker-{k}"),
            )
            for k in range(n_workers)
        ]
        for k in range(1, n_workers + 1):
            waited(lambda k=k: "Registered to" in (tmp_path / f"log-{k}").read_text())
        return SimpleNamespace(address=address, scheduler=scheduler, workers=workers)

    yield start
    for process in started:
        process.kill()
        process.wait()


def waited(condition, seconds: float = 120) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def n_parts(folder) -> int:
    return len(list(folder.glob("part-*")))


@pytest.fixture(scope="module")
def expected() -> str:
    """The digest that one process gives."""
    return generate(preset("ml4sci_2020_secular").fix(**HELD), N, seed=2).digest()


def test_a_cluster_that_loses_a_worker_half_way_gives_the_same_bytes(
    cluster, run, tmp_path, expected
):
    two = cluster(2)
    process = run(two.address)
    waited(lambda: n_parts(tmp_path / "ds") >= 2 or process.poll() is not None)
    two.workers[0].kill()
    left = N // PART - n_parts(tmp_path / "ds")
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert left >= 4  # it was half way
    assert two.workers[1].poll() is None
    assert load_dataset(tmp_path / "ds").digest() == expected


def test_a_scheduler_that_goes_half_way_leaves_what_is_finished(cluster, run, tmp_path, expected):
    one = cluster(1)
    process = run(one.address)
    waited(lambda: n_parts(tmp_path / "ds") >= 2 or process.poll() is not None)
    one.scheduler.kill()
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 1, errors
    assert errors.splitlines()[-1].startswith("error: The Dask cluster failed (")
    assert "Traceback" not in errors
    assert 2 <= n_parts(tmp_path / "ds") < N // PART
    assert resume(tmp_path / "ds").digest() == expected


def refuses(address: str, sentence: str, folder, monkeypatch, capfd) -> None:
    """This process is refused in one sentence; Dask writes nothing, and nothing is made."""
    pytest.importorskip("distributed", reason=MISSING)
    monkeypatch.setenv(SCHEDULER, address)
    monkeypatch.setattr(machines, "PATIENCE", 1.0)
    with pytest.raises(FailedError, match=f"^{re.escape(sentence)}"):
        generate("ml4sci_2020_secular", 10, path=folder)
    assert capfd.readouterr() == ("", "")
    assert not folder.exists()


def test_a_scheduler_that_is_not_there(tmp_path, monkeypatch, capfd):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = "tcp://{}:{}".format(*free.getsockname())
    refuses(
        address, f"No Dask scheduler answers at {address} (", tmp_path / "ds", monkeypatch, capfd
    )


def test_a_server_that_is_no_scheduler(tmp_path, monkeypatch, capfd):
    """It takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = "tcp://{}:{}".format(*server.getsockname())
        refuses(
            address,
            f"No Dask scheduler answers at {address} (",
            tmp_path / "ds",
            monkeypatch,
            capfd,
        )


def test_a_scheduler_without_workers(cluster, tmp_path, monkeypatch, capfd):
    address = cluster(0).address
    sentence = f"The Dask scheduler at {address} has no workers. Start some: "
    refuses(address, sentence, tmp_path / "ds", monkeypatch, capfd)


def test_without_the_package_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv(SCHEDULER, "tcp://127.0.0.1:8786")
    with pytest.raises(
        FailedError, match=r"Dask is not installed\. Run pip install dask distributed, or "
    ):
        generate("ml4sci_2020_secular", 10, path=tmp_path / "ds")
    assert not (tmp_path / "ds").exists()


def test_workers_of_another_version_are_refused():
    ours = versions_here()
    _refuse_others({"tcp://10.0.0.1:1": ours})
    with pytest.raises(
        FailedError, match=r"worker tcp://10.0.0.2:1 has numpy 1\.0, this machine .* could differ"
    ):
        _refuse_others({"tcp://10.0.0.1:1": ours, "tcp://10.0.0.2:1": ours | {"numpy": "1.0"}})
