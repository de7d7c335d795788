"""``serve``: start the app for a team, or for one user."""

import logging
import os
from argparse import Namespace, _SubParsersAction
from dataclasses import replace
from pathlib import Path

from nmr_core.cli.app import app_script, python, start
from nmr_core.cli.ticker import say
from nmr_core.errors import FailedError, InputError
from nmr_core.extras import require
from nmr_core.jobs import capacity
from nmr_core.operations.restore import check_whole
from nmr_core.serving import LOCAL, PROFILES, TEAM, WORKSHOP, ServerConfig, front, logs, read
from nmr_core.serving.at_hand import configured
from nmr_core.serving.config import MOST_BY_ITSELF, checked_processes
from nmr_core.serving.example import EXAMPLE as CONFIGURATION
from nmr_core.serving.one_server import hold
from nmr_core.serving.profiles import CONFIG, INSECURE, PROFILE, check_address, checked_profile
from nmr_core.storage.private import PRIVATE
from nmr_core.storage.workspace import server_folder

EXAMPLE = """example:
  python -m nmr_core serve --example > server.toml
  python -m nmr_core serve --profile team --config server.toml
  python -m nmr_core serve --profile workshop
  python -m nmr_core serve --profile workshop --url http://192.168.1.5:8501
  python -m nmr_core serve --profile local --port 8600

local: one user, no login, this computer only. team: everyone logs in, by a login service or with a
password; the address of the first administrator's invitation is printed. workshop: the same, and
without --config everyone in the network reaches it, to join a room by its code. What follows -- is
passed to streamlit run."""

HOSTED = {
    "server.headless": "true",
    "client.showErrorDetails": "none",
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
}
"""Options of streamlit run for a team."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "serve",
        help="start the app for a team, with a login",
        epilog=EXAMPLE,
        description="Start the app as a server: for one user, or for a team that logs in.",
    )
    parser.add_argument("--profile", default=TEAM, help=f"one of {', '.join(PROFILES)}")
    parser.add_argument("--config", metavar="FILE", help="configuration of a team's server (TOML)")
    parser.add_argument(
        "--url",
        default="",
        help="address in the people's browsers (profile workshop without --config; default: that "
        "of this computer in its network)",
    )
    parser.add_argument("--host", help="network address to listen on (default: configuration)")
    parser.add_argument("--port", type=int, help="port to listen on (default: configuration)")
    parser.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help="web processes of a team's server (default: configuration; one per core, at most 4)",
    )
    parser.add_argument(
        "--insecure",
        action="store_true",
        help="let other computers in without a login (profile local)",
    )
    parser.add_argument(
        "--example", action="store_true", help="print a commented configuration and leave"
    )
    parser.add_argument("options", nargs="*", metavar="-- OPTIONS", help="options of streamlit run")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Become the server, after everything was checked."""
    if args.example:
        print(CONFIGURATION, end="")
        return
    profile = checked_profile(args.profile)
    if args.url and (profile != WORKSHOP or args.config):
        raise InputError(
            "--url is for the profile workshop without --config. Write url into the configuration."
        )
    os.environ[PROFILE] = profile
    try:
        if profile == LOCAL:
            start(_options(_local(args)) + args.options)
        else:
            _serve_team(args)
    except (InputError, FailedError) as error:
        logs.refuse(error)
        raise


def _options(options: dict[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items()]


def _local(args: Namespace) -> dict[str, str]:
    for name in ("config", "processes"):
        if getattr(args, name):
            raise InputError(
                f"--{name} is for the profile team. Leave it out, or use --profile team."
            )
    host = args.host or "localhost"
    check_address(host, args.insecure)
    os.environ[INSECURE] = "1" if args.insecure else ""
    return {"server.address": host, "server.port": str(args.port or 8501)}


def _serve_team(args: Namespace) -> None:
    os.umask(PRIVATE)  # of this process and of all that it starts
    config = _team(args)
    host, port = args.host or config.host, args.port or config.port
    options = _options(HOSTED | {"server.address": host, "server.port": str(port)})
    n = _n_processes(config, args.options)
    if n == 1:
        start(options + args.options)
        return
    script = app_script()
    program = script.parent / "ui" / "server" / "process.py"
    command = [*python(), str(program), "run", str(script), *options, *args.options]
    logs.install(config.log)
    front.serve(command, n, (host, port), config.cookie, logging.getLogger(front.__name__).info)


def _n_processes(config: ServerConfig, options: list[str]) -> int:
    """Number of web processes; without TLS of Streamlit's own, whose first bytes say nothing."""
    is_possible = front.can_share() and not any("server.ssl" in option for option in options)
    if config.processes > 1 and not is_possible:
        raise InputError(
            f"processes must be 1 on Windows and with server.sslCertFile, got {config.processes}. "
            "Leave https to a proxy."
        )
    if not is_possible:
        return 1
    return config.processes or min(MOST_BY_ITSELF, capacity.cores())


def _team(args: Namespace) -> ServerConfig:
    require("server", f"The profile {args.profile}")
    file = args.config or _at_hand(args)
    config = read(file)
    if args.processes is not None:
        config = replace(config, processes=checked_processes(args.processes))
    os.environ[CONFIG] = str(Path(file).absolute())
    if config.data:
        os.environ["NMR_DATA"] = config.data
    check_whole(server_folder())
    hold(server_folder(), config.url)
    # uvicorn believes X-Forwarded-For of these only
    os.environ["FORWARDED_ALLOW_IPS"] = ",".join(config.trusted_proxies)
    _tell_of_old_things()
    return config


def _at_hand(args: Namespace) -> Path:
    """The configuration where none was given: only a workshop has one."""
    if args.profile != WORKSHOP:
        raise InputError(
            "The profile team needs --config FILE. "
            "spin-echo-lab serve --example > server.toml writes one to begin with."
        )
    path = configured(server_folder(), args.url, args.port)
    say(f"Everyone in the network reaches {read(path).url}; {path} is its configuration.")
    return path


def _tell_of_old_things() -> None:
    """Say that the folder holds things that no one on the server will see."""
    from nmr_core.operations.upgrade import old_things
    from nmr_core.storage.workspace import environment_folder

    n_things = len(old_things(environment_folder()))
    if n_things:
        say(
            f"{n_things} stored things are in no workspace, so no one sees them. "
            "spin-echo-lab upgrade --dry-run shows what would be moved into the library."
        )
