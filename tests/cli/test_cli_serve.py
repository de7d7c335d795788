"""``serve`` and ``people``: what a server is started with, and who may use it."""

import json
import os
import re
import sys
from collections.abc import Iterator

import pytest

from nmr_core.cli import app
from nmr_core.jobs import capacity
from nmr_core.people import Invitations, Register, Sessions, people_file
from nmr_core.serving import front, read
from nmr_core.serving.at_hand import network_address
from nmr_core.serving.profiles import CONFIG, INSECURE, PROFILE
from nmr_core.storage.audit.noting import COMMAND_LINE

URL = b'url = "https://echo.lab.org"\n'
NAMES = (PROFILE, CONFIG, INSECURE, "FORWARDED_ALLOW_IPS")


@pytest.fixture
def started(monkeypatch) -> Iterator[list[tuple[list[str], dict[str, str]]]]:
    """Commands that would have replaced this process, and what their environment says."""
    commands = []

    def start(_: object, command: list[str]) -> None:
        commands.append((command, {name: os.environ.get(name, "") for name in NAMES}))

    for name in NAMES:
        monkeypatch.setenv(name, "")  # restored after the test
    monkeypatch.setattr(os, "execv", start)
    monkeypatch.setattr(front, "serve", lambda command, n, *_: start(n, command))
    monkeypatch.setattr(app.subprocess, "call", lambda command: start("", command) or 0)
    before = os.umask(0o022)
    yield commands
    os.umask(before)


@pytest.fixture
def config(tmp_path):
    """A configuration."""
    file = tmp_path / "server.toml"
    file.write_text('url = "https://echo.lab.org"\nport = 9000\ntrusted_proxies = ["10.0.0.2"]\n')
    return file


def test_a_team_is_served_with_its_configuration(cli, started, config, repository):
    pytest.importorskip("authlib")
    answer = cli("serve", "--profile", "team", "--config", config, "--", "--server.baseUrlPath=x")
    assert answer.code == 0, answer.err
    ((command, environment),) = started
    assert command[0] == sys.executable
    assert str(repository / "app.py") in command
    assert {"--server.address=127.0.0.1", "--server.port=9000"} <= set(command)
    assert "--server.enableXsrfProtection=true" in command
    assert command[-1] == "--server.baseUrlPath=x"
    assert environment == {
        PROFILE: "team",
        CONFIG: str(config),
        INSECURE: "",
        "FORWARDED_ALLOW_IPS": "10.0.0.2",
    }


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_files_of_a_team_belong_to_the_user_of_the_server_alone(cli, started, config):
    pytest.importorskip("authlib")
    assert cli("serve", "--config", config).code == 0
    assert os.umask(0o022) == 0o077


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_the_list_of_people_is_for_the_user_of_the_server_alone(cli, data_folder):
    assert cli("people").code == 0
    assert people_file(data_folder).stat().st_mode & 0o077 == 0


def test_a_workshop_needs_no_configuration(cli, started, data_folder):
    pytest.importorskip("authlib")
    answer = cli("serve", "--profile", "workshop", "--url", "http://192.168.1.5:8600")
    assert answer.code == 0, answer.err
    ((command, environment),) = started
    assert {"--server.address=0.0.0.0", "--server.port=8600"} <= set(command)
    assert environment[PROFILE] == "workshop"
    written = read(environment[CONFIG])
    assert (written.url, written.port) == ("http://192.168.1.5:8600", 8600)
    assert written.url in answer.err


def test_the_address_of_this_computer_in_its_network():
    assert re.fullmatch(r"localhost|\d+\.\d+\.\d+\.\d+", network_address())


def test_host_and_port_of_the_command_come_first(cli, started, config):
    pytest.importorskip("authlib")
    cli("serve", "--config", config, "--host", "0.0.0.0", "--port", "8600")
    assert {"--server.address=0.0.0.0", "--server.port=8600"} <= set(started[0][0])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--profile", "team"], "needs --config FILE"),
        (["--profile", "club"], "profile must be one of local, team, workshop, got 'club'"),
        (["--profile", "workshop", "--url", "nowhere"], "url must look like https://"),
        (["--profile", "workshop", "--config", "x", "--url", "http://a"], "without --config"),
        (["--profile", "team", "--url", "http://a"], "--url is for the profile workshop"),
        (
            ["--profile", "local", "--host", "0.0.0.0"],
            "answers this computer only",
        ),
        (["--profile", "local", "--config", "x"], "--config is for the profile team"),
        (["--profile", "local", "--processes", "2"], "--processes is for the profile team"),
        (["--config", "/no/such.toml"], "cannot be read"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(refused, started, options, sentence):
    assert sentence in refused(2, "serve", *options)
    assert started == []


PROVIDER = """[providers.lab]
title = "Lab"
issuer = "https://id.lab.org"
client_id = "echo"
everyone = true
"""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read (No such file or directory). Give its path by --config."),
        (b"url = ", "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        (b'ulr = "https://x"', "ulr is not known. Did you mean url?"),
        (b"url = 3", "url must be text in quotes, got 3. Correct the line."),
        (URL + b"port = true", "port must be a whole number, got True"),
        (URL + PROVIDER.encode(), "providers.lab needs one of client_secret_file"),
        (URL + (PROVIDER + 'client_secret_env = "NO_SUCH"').encode(), "NO_SUCH is empty"),
    ],
)
def test_a_wrong_configuration_is_one_sentence_also_in_the_log(
    cli, started, tmp_path, content, sentence
):
    pytest.importorskip("authlib")
    file = tmp_path / "server.toml"
    if content is not None:
        file.write_bytes(content)
    answer = cli("serve", "--config", file)
    assert (answer.code, answer.out, started) == (2, "", [])
    logged, shown = answer.err.splitlines()
    assert shown.startswith("error: ")
    assert sentence in shown
    entry = json.loads(logged)
    assert (entry["level"], f"error: {entry['message']}") == ("ERROR", shown)


@pytest.mark.skipif(not front.can_share(), reason="needs POSIX")
@pytest.mark.parametrize(
    ("line", "options", "cores", "n"),
    [
        ("", [], 2, 2),
        ("", [], 1, 1),
        ("", [], 64, 4),
        ("processes = 3", [], 2, 3),
        ("processes = 3", ["--processes", "1"], 2, 1),
        ("", ["--", "--server.sslCertFile=x", "--server.sslKeyFile=y"], 2, 1),
    ],
)
def test_how_many_processes_serve(cli, started, config, monkeypatch, line, options, cores, n):
    pytest.importorskip("authlib")
    numbers = []
    monkeypatch.setattr(os, "execv", lambda _, command: numbers.append(1))
    monkeypatch.setattr(front, "serve", lambda command, n, *_: numbers.append(n))
    monkeypatch.setattr(capacity, "cores", lambda: cores)
    config.write_text(f"{config.read_text()}{line}\n")
    answer = cli("serve", "--config", config, *options)
    assert (answer.code, numbers) == (0, [n])


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("processes = -1", []),
        ("processes = 65", []),
        ("", ["--processes", "-1"]),
        ("processes = 2", ["--", "--server.sslCertFile=x"]),
    ],
)
def test_a_wrong_number_of_processes_is_one_sentence(refused, started, config, line, options):
    pytest.importorskip("authlib")
    config.write_text(f"{config.read_text()}{line}\n")
    assert "processes must be " in refused(2, "serve", "--config", config, *options)
    assert started == []


def test_one_user_is_served_on_this_computer(cli, started):
    cli("serve", "--profile", "local", "--port", "8600")
    assert started[0][0][-2:] == ["--server.address=localhost", "--server.port=8600"]
    assert started[0][1][INSECURE] == ""


@pytest.mark.parametrize(
    "command",
    [["serve", "--profile", "local", "--host", "0.0.0.0", "--insecure"], ["app", "--share"]],
)
def test_without_a_login_others_come_in_on_request_only(cli, started, command):
    cli(*command)
    assert started[0][1][INSECURE] == "1"


def test_an_example_to_begin_with(cli, tmp_path):
    from nmr_core.serving import read

    (tmp_path / "server.toml").write_text(cli("serve", "--example").out)
    assert read(tmp_path / "server.toml").url == "http://localhost:8501"


def test_people_are_invited_listed_and_changed(cli, refused, data_folder):
    pytest.importorskip("argon2")
    file = people_file(data_folder)
    link = cli("people", "--invite", "--role", "admin", "--url", "https://echo.lab.org/").out
    secret = re.fullmatch(r"https://echo\.lab\.org/join#(\S+)\n", link)[1]
    zoe = Invitations(file).accept(secret, "Zoë", "zoe@lab.org", "correct horse battery")
    assert zoe.role == "admin"
    assert cli("people", "--json").json[0]["email"] == "zoe@lab.org"
    assert "the only administrator" in refused(2, "people", "--disable", "zoe@lab.org")
    assert "There is no person 'max'" in refused(2, "people", "--disable", "max")
    session = Sessions(file).begin(zoe)
    cli("people", "--end-sessions", zoe.id)
    assert Sessions(file).find(session) is None
    assert "/join?password#" in cli("people", "--new-password", "zoe@lab.org").out
    second = Invitations(file).create(COMMAND_LINE, role="admin")
    Invitations(file).accept(second, "Max", "max@lab.org", "correct horse battery")
    cli("people", "--disable", "zoe@lab.org")
    assert Register(file).get(zoe.id).disabled
    cli("people", "--enable", "zoe@lab.org")
    cli("people", "--set-role", "zoe@lab.org", "--role", "member")
    assert Register(file).get(zoe.id).role == "member"
    listed = cli("people").out
    assert "Zoë" in listed
    assert "correct horse" not in listed
    events = re.findall(r'"action": "([^"]*)"', cli("audit", "--json").out)
    assert events == [
        "invite",
        "disable",
        "end session",
        "password link",
        "disable",
        "enable",
        "role",
    ], "what was refused is in it"
