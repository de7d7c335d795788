"""The files of deploy/ agree with the program: ports, paths, limits, users."""

import configparser
import fnmatch
import ipaddress
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nmr_core.cli.parser import parser
from nmr_core.serving import ServerConfig, read

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PORT = str(ServerConfig("http://localhost").port)


def _text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def _upload_limit() -> int:
    """MiB of one upload to the app."""
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"][
        "maxUploadSize"
    ]


@pytest.fixture(scope="module")
def image() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile: name and rest, lines joined."""
    lines = [line for line in _text("Dockerfile").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [tuple(line.split(" ", 1)) for line in joined.splitlines() if line]


@pytest.fixture(scope="module")
def services() -> dict:
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load(_text("compose.yaml"))


def _of(image: list, name: str) -> list[str]:
    return [rest for instruction, rest in image if instruction == name]


def _copied(image: list) -> set[str]:
    """What is copied from the repository."""
    copies = [rest.split() for rest in _of(image, "COPY") if "--from=" not in rest]
    return {source for *sources, _ in copies for source in sources}


def _is_ignored(path: str) -> bool:
    """Whether a path is not sent to the build; the last pattern that fits counts."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and _fits(path, pattern):
            ignored = not line.startswith("!")
    return ignored


def _fits(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return any(fnmatch.fnmatch(part, pattern[3:]) for part in path.split("/"))
    return fnmatch.fnmatch(path, pattern) or path.startswith(f"{pattern}/")


def test_what_the_image_copies_exists_and_is_sent(image):
    for source in _copied(image):
        assert (ROOT / source).exists(), source
        assert not _is_ignored(source), source
    for secret in ("data", ".git", "server.toml", "deploy/secrets", "nmr_core/__pycache__"):
        assert _is_ignored(secret), secret


def test_the_image_holds_what_the_wheel_is_made_of(image):
    copied = _copied(image)
    patterns = re.search(r"APP = \((.*?)\)", (ROOT / "setup.py").read_text(), re.DOTALL)[1]
    needed = {name.split("/")[0] for name in re.findall(r'"([^"]+)"', patterns)} - {".streamlit"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    needed |= set(project["tool"]["setuptools"]["dynamic"]["dependencies"]["file"])
    assert needed | {".streamlit/config.toml", "nmr_core", "setup.py", "pyproject.toml"} <= copied


def test_the_image_runs_as_a_user_without_rights_on_a_pinned_base(image):
    user = _of(image, "USER")[-1]
    assert re.fullmatch(r"[1-9]\d{4}:[1-9]\d{4}", user)
    assert f"--uid {user.split(':')[0]} " in " ".join(_of(image, "RUN"))
    assert _of(image, "FROM")[-1] == "python:${PYTHON}"
    assert re.search(r"=3\.\d+\.\d+-slim-\w+$", _of(image, "ARG")[0])
    assert [name for name, _ in image][-3:] == ["HEALTHCHECK", "ENTRYPOINT", "CMD"]
    assert _of(image, "STOPSIGNAL") == ["SIGTERM"]


def test_the_image_starts_a_server_and_asks_whether_it_lives(image):
    paths = pytest.importorskip("ui.server.paths")
    check = json.loads(_of(image, "HEALTHCHECK")[0].split(" CMD ")[1])
    address = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", check[-1])
    assert address.groups() == (PORT, "/healthz")
    assert "/healthz" in paths.HEALTH
    compile(check[-1], "healthcheck", "exec")
    assert _of(image, "EXPOSE") == [PORT]
    command = json.loads(_of(image, "CMD")[0])
    assert callable(parser().parse_args(command).run)
    variables = dict(item.split("=", 1) for item in shlex.split(_of(image, "ENV")[-1]))
    volumes = json.loads(_of(image, "VOLUME")[0])
    assert {variables["NMR_DATA"], variables["NUMBA_CACHE_DIR"]} <= set(volumes)


def test_compose_agrees_with_the_image_and_with_its_configuration(image, services, tmp_path):
    app, caddy = services["services"]["app"], services["services"]["caddy"]
    assert app["user"] == _of(image, "USER")[-1]
    assert app["read_only"] is caddy["read_only"] is True
    assert app["expose"] == [PORT]
    assert (DEPLOY / app["build"]["context"] / app["build"]["dockerfile"]).exists()
    mounted = {volume.split(":")[1]: volume.split(":")[0] for volume in app["volumes"]}
    assert set(json.loads(_of(image, "VOLUME")[0])) <= set(mounted)
    assert json.loads(_of(image, "CMD")[0])[-1] in mounted
    named = {name for name in mounted.values() if not name.startswith(".")}
    assert named | {"caddy-data", "caddy-config"} == set(services["volumes"])
    assert caddy["depends_on"]["app"] == {"condition": "service_healthy"}
    assert "ports" not in app
    config = read(DEPLOY / "server.example.toml")
    assert config.data in mounted
    assert str(config.port) == PORT
    proxy = caddy["networks"]["inside"]["ipv4_address"]
    assert config.trusted_proxies == (proxy,)
    assert caddy["environment"]["UPSTREAM"] == f"app:{PORT}"
    assert set(app["secrets"]) == set(services["secrets"])
    for name in services["secrets"]:
        assert f"/run/secrets/{name}" in _text("server.example.toml")


def test_no_container_gets_the_address_of_the_proxy(services):
    (network,) = services["networks"]["inside"]["ipam"]["config"]
    proxy = ipaddress.ip_address(
        services["services"]["caddy"]["networks"]["inside"]["ipv4_address"]
    )
    dynamic = ipaddress.ip_network(network["ip_range"])
    assert proxy in ipaddress.ip_network(network["subnet"])
    assert dynamic.subnet_of(ipaddress.ip_network(network["subnet"]))
    assert proxy not in dynamic


def test_proxies_take_what_the_app_takes():
    most = 1024 * _upload_limit()  # kiB
    for name, pattern in (
        ("Caddyfile", r"max_size (\d+)KiB"),
        ("nginx.conf", r"client_max_body_size (\d+)k;"),
    ):
        assert most < int(re.search(pattern, _text(name))[1]) <= most + 16, name
    large = re.search(r"Content-Length (\S+)", _text("Caddyfile"))[1]
    refused = [
        n for n in (10**6, 51_999_999, 1024 * most, 53 * 10**6, 10**8) if re.match(large, str(n))
    ]
    assert refused == [53 * 10**6, 10**8]
    assert f"{{$UPSTREAM:127.0.0.1:{PORT}}}" in _text("Caddyfile")
    assert f"server 127.0.0.1:{PORT};" in _text("nginx.conf")


def test_nginx_believes_no_client_and_passes_websockets_on():
    text = re.sub(r"#.*", "", _text("nginx.conf"))
    assert text.count("{") == text.count("}") == 6
    for line in filter(None, map(str.strip, text.splitlines())):
        assert line[-1] in "{};", line
    headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", text))
    assert headers == {
        "Host": "$http_host",
        "Upgrade": "$http_upgrade",
        "Connection": "$connection_upgrade",
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-Host": "$http_host",
    }
    for directive in (
        "gzip off",
        "proxy_http_version 1.1",
        "large_client_header_buffers 4 32k",
        "proxy_buffer_size 16k",
        "gzip_types text/javascript application/javascript text/css",
    ):
        assert f"{directive};" in text


def test_braces_of_the_caddyfile():
    text = re.sub(r"#.*|\\d\{.*", "", _text("Caddyfile")).replace("{$", "").replace("}", "} ")
    assert "reverse_proxy" in text
    assert text.count("{\n") + 2 == text.count("}")  # two placeholders have lost their braces


@pytest.fixture(scope="module")
def unit() -> configparser.ConfigParser:
    units = configparser.ConfigParser(strict=False, interpolation=None)
    units.optionxform = str
    units.read_string(_text("spin-echo-lab.service"))
    return units


def test_the_unit_starts_a_server_that_writes_where_it_may(unit):
    service = unit["Service"]
    program, *command = shlex.split(service["ExecStart"])
    assert program.endswith("/bin/spin-echo-lab")
    assert callable(parser().parse_args(command).run)
    variables = dict(item.split("=", 1) for item in shlex.split(service["Environment"]))
    assert set(service["ReadWritePaths"].split()) == {
        variables["NMR_DATA"],
        variables["NUMBA_CACHE_DIR"],
    }
    assert variables["NMR_DATA"] == f"/var/lib/{service['StateDirectory']}"
    assert variables["NUMBA_CACHE_DIR"] == f"/var/cache/{service['CacheDirectory']}"


def test_the_unit_leaves_running_jobs_alone_and_everything_else_closed(unit):
    service = unit["Service"]
    assert service["KillMode"] == "process"
    assert service["OOMPolicy"] == "continue"
    assert service["Restart"] == "always"
    assert {"MemoryMax", "TasksMax", "LimitNOFILE"} <= set(service)
    assert service["ProtectSystem"] == "strict"
    closed = {name for name, value in service.items() if value == "yes"}
    assert {"NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome"} <= closed
    assert {name for name in service if name.startswith("ProtectKernel")} <= closed
    # What is compiled at run time must be executed
    assert "MemoryDenyWriteExecute" not in service


def test_the_environment_file_has_names_and_values():
    lines = [line for line in _text("environment.example").splitlines() if line[:1] not in "#"]
    assert lines
    assert all(re.fullmatch(r"[A-Z_]+=\S+", line) for line in lines)


def test_hadolint_has_no_complaint():
    program = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        missing = "hadolint is not installed (pip install -r requirements-dev.txt)"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    answer = subprocess.run([program, DEPLOY / "Dockerfile"], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout
