"""The wheel: it carries app and documentation, and ``spin-echo-lab app`` starts anywhere."""

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("setuptools", minversion="77")
SOURCES = ("nmr_core", "ui", "pages", ".streamlit")
CODE = "import ui.shared.boot, ui.start.guide, nmr_core; print(nmr_core.__file__)"


def _run(*command, **options) -> str:
    answer = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, repository) -> Path:
    """A wheel of the current sources with a documentation of one page."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(repository / name, source / name, ignore=ignored)
    for file in (*repository.glob("*.*"), repository / "LICENSE"):
        if file.is_file():
            shutil.copy(file, source)
    static = shutil.ignore_patterns("docs")
    shutil.copytree(repository / "static", source / "static", ignore=static)
    (source / "static" / "docs").mkdir(parents=True)
    (source / "static" / "docs" / "index.html").write_text("<h1>Documentation</h1>")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    _run(*pip, "--wheel-dir", target, source)
    (built,) = target.glob("spin_echo_lab-*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(tmp_path_factory, wheel) -> Path:
    """The scripts of a fresh virtual environment with the wheel; other packages are ours."""
    folder = tmp_path_factory.mktemp("venv")
    _run(sys.executable, "-m", "venv", "--without-pip", folder)
    names = {"base": str(folder), "platbase": str(folder)}
    Path(sysconfig.get_path("purelib", "venv", names), "ours.pth").write_text(
        sysconfig.get_path("purelib")
    )
    scripts = Path(sysconfig.get_path("scripts", "venv", names))
    python = scripts / Path(sys.executable).name
    pip = (sys.executable, "-m", "pip", "--quiet", "--python", python, "install")
    _run(*pip, "--no-deps", "--no-index", wheel)
    return scripts


@pytest.fixture
def server(scripts, tmp_path):
    """Address of ``spin-echo-lab app``, started in a folder that has nothing to do with it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--server.headless", "true", "--server.port", str(port))
    environment = os.environ | {"NMR_DATA": str(tmp_path / "data")}
    with open(tmp_path / "log", "w") as log:
        process = subprocess.Popen(
            [str(scripts / "spin-echo-lab"), "app", "--", *options],
            cwd=tmp_path,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{port}", process, tmp_path / "log"
    finally:
        process.terminate()
        process.wait(30)


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def test_the_installed_command_starts_the_app_and_serves_the_documentation(server):
    address, process, log = server
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        try:
            assert _get(f"{address}/_stcore/health") == "ok"
            break
        except OSError:
            time.sleep(0.2)
    assert _get(f"{address}/app/static/docs/index.html") == "<h1>Documentation</h1>"


def test_the_installed_app_finds_its_pages_and_widgets(scripts, tmp_path):
    python = scripts / Path(sys.executable).name
    code = "from nmr_core.cli.app import app_script; print(app_script())"
    script = Path(_run(python, "-c", code, cwd=tmp_path).strip())
    assert (script.parent / "pages" / "start.py").is_file()
    assert (script.parent / ".streamlit" / "config.toml").is_file()
    environment = os.environ | {"PYTHONPATH": str(script.parent)}
    package = Path(_run(python, "-c", CODE, cwd=tmp_path, env=environment).strip()).parent
    assert script == package / "_app" / "app.py"
