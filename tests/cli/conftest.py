"""The command line called in this process, and small data sets to call it on."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from nmr_core.cli import main

SMALL = ("--set", "n_x=8", "--set", "n_y=8", "--set", "tau=5")


class Answer(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The result; NaN and infinity are no JSON."""
        return json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


@pytest.fixture
def small() -> tuple[str, ...]:
    """Arguments that make a lattice small and an echo short."""
    return SMALL


@pytest.fixture
def cli(data_folder, capsys) -> Callable[..., Answer]:
    """``cli("simulate", ...)``: run it with an empty data folder."""

    def run(*arguments) -> Answer:
        capsys.readouterr()
        return Answer(main([str(argument) for argument in arguments]), *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def cli_in() -> Callable[..., Answer]:
    """``cli_in(folder, "simulate", ...)``: run it with this data folder, for several tests."""

    def run(folder: Path, *arguments) -> Answer:
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("NMR_DATA", str(folder))
            code = main([str(argument) for argument in arguments])
        return Answer(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def refused(cli) -> Callable[..., str]:
    """``refused(code, "simulate", ...)``: it ends with this code and one sentence, which is
    returned, and no result.
    """

    def run(code: int, *arguments) -> str:
        answer = cli(*arguments)
        last = answer.err.splitlines()[-1]
        assert answer.code == code, answer
        assert answer.out == ""
        assert answer.err.count("error: ") == 1
        assert last.startswith("error: ")
        assert last.endswith((".", "!")) or "--resume" in last
        assert "Traceback" not in answer.err
        assert "Unexpected" not in answer.err
        return last

    return run


@pytest.fixture
def process(repository, data_folder) -> Callable[..., subprocess.Popen]:
    """``process("simulate", ...)``: a process of its own, in a group of its own."""

    def start(*arguments, **options) -> subprocess.Popen:
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        environment = {
            **os.environ,
            "NMR_DATA": str(data_folder),
            "PYTHONUNBUFFERED": "",
        } | options.pop("env", {})
        return subprocess.Popen(
            [sys.executable, "-m", "nmr_core", *map(str, arguments)],
            cwd=repository,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            env=environment,
            **options,
        )

    return start


@pytest.fixture(scope="session")
def echoes_folder(tmp_path_factory) -> Path:
    """A data set of 60 short echoes in three parts; do not touch it."""
    folder = tmp_path_factory.mktemp("cli") / "echoes-60"
    arguments = [
        "generate",
        "--preset",
        "ml4sci_2020_secular",
        "-n",
        "60",
        "--part-size",
        "20",
        "--jobs",
        "1",
        *SMALL,
    ]
    assert main([*arguments, "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def dataset(echoes_folder, data_folder) -> Path:
    """A copy of it in the data folder, with the id "echoes-60"."""
    return Path(shutil.copytree(echoes_folder, data_folder / "datasets" / "echoes-60"))


@pytest.fixture(scope="session")
def runs_folder(echoes_folder, tmp_path_factory) -> Path:
    """Folder with two runs on it, "mean" and "ridge"; do not touch it."""
    from nmr_core.datasets import load_dataset
    from nmr_core.learning.train import train

    folder = tmp_path_factory.mktemp("runs")
    for model in ("mean", "ridge"):
        run = train(
            load_dataset(echoes_folder),
            model=model,
            featurizer="polynomial",
            split=0.3,
            id=f"run-{model}",
        )
        run.save(folder / run.id)
    return folder


@pytest.fixture
def runs(runs_folder, data_folder) -> Path:
    """A copy of them in the data folder."""
    return Path(shutil.copytree(runs_folder, data_folder / "runs"))
