"""``app``: what it starts, and its error where the app's packages are missing.

Its start is tested in tests/test_wheel.py.
"""

import os
import sys
import tomllib

import pytest

from nmr_core.cli import app


@pytest.fixture
def started(monkeypatch) -> list[list[str]]:
    """The commands that would have replaced this process."""
    commands = []
    monkeypatch.setattr(os, "execv", lambda _, command: commands.append(command))
    monkeypatch.setattr(app.subprocess, "call", lambda command: commands.append(command) or 0)
    return commands


def test_options_after_the_dashes_go_to_the_server(cli, started, repository, data_folder):
    answer = cli("app", "--", "--server.port", "8600")
    assert answer.code == 0
    (command,) = started
    assert command[0] == sys.executable
    assert command[-3:] == [str(repository / "app.py"), "--server.port", "8600"]
    assert str(data_folder) in answer.err


def test_a_checkout_starts_its_own_app_without_options(cli, started, repository):
    cli("app")
    assert started[0][-1] == str(repository / "app.py")


def test_only_share_lets_other_computers_in(cli, started):
    cli("app")
    assert "--server.address" not in started[0]
    cli("app", "--share", "--", "--server.port", "8600")
    assert started[1][-6:] == [*app.SHARED, "--server.port", "8600"]


def test_the_server_answers_this_computer_only_and_collects_no_garbage(repository):
    options = tomllib.loads((repository / ".streamlit" / "config.toml").read_text())
    assert options["server"]["address"] == "localhost"
    assert options["runner"]["postScriptGC"] is False


def test_without_streamlit_the_command_to_install_is_named(refused, started, monkeypatch):
    monkeypatch.setattr("nmr_core.extras.find_spec", lambda name: None)
    assert 'pip install "spin-echo-lab[app]"' in refused(1, "app")
    assert not started


def test_an_installation_without_the_app_files_is_named(refused, started, monkeypatch, tmp_path):
    package = tmp_path / "nmr_core"
    package.mkdir()
    monkeypatch.setattr(app.nmr_core, "__file__", str(package / "__init__.py"))
    assert "no app files" in refused(1, "app")
