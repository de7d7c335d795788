"""``app``: start the dashboard."""

import os
import subprocess
import sys
from argparse import REMAINDER, Namespace, _SubParsersAction
from collections.abc import Sequence
from pathlib import Path

import nmr_core
from nmr_core.cli.ticker import say
from nmr_core.errors import FailedError, InputError
from nmr_core.extras import install_command, require
from nmr_core.serving.profiles import INSECURE

EXAMPLE = """example:
  python -m nmr_core app
  python -m nmr_core app -- --server.port 8600 --server.headless true
  python -m nmr_core app --share
  NMR_DATA=/srv/echoes python -m nmr_core app

What follows -- is passed to streamlit run. Data are stored under NMR_DATA (default ./data)."""

SHARED = ("--server.address", "0.0.0.0", "--server.headless", "true")
"""Options of streamlit run that let other computers in."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "app",
        help="start the app in a browser",
        epilog=EXAMPLE,
        description="Start the app (a Streamlit server) and open it in a browser.",
    )
    parser.add_argument(
        "--share",
        action="store_true",
        help="answer other computers too, not only this one; there is no password",
    )
    parser.add_argument(
        "options", nargs=REMAINDER, metavar="-- OPTIONS", help="options of streamlit run"
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Replace this process by the server; on Windows, wait for the server."""
    options = args.options[1:] if args.options[:1] == ["--"] else args.options
    if args.share:
        os.environ[INSECURE] = "1"
    start([*(SHARED if args.share else ()), *options])


def start(options: Sequence[str]) -> None:
    """Replace this process by the server of the app; on Windows, wait for it.

    Parameters
    ----------
    options : sequence of str
        Options of streamlit run.
    """
    command = [*python(), "-m", "streamlit", "run", str(app_script()), *options]
    if os.name == "posix":
        os.execv(command[0], command)
    elif code := subprocess.call(command):
        raise FailedError(f"The server ended with exit code {code}.")


def python() -> list[str]:
    """Begin of the command that starts the app, after a look whether it can.

    Raises
    ------
    FailedError
        Packages are missing, or the data folder is not whole.
    """
    from nmr_core.operations.restore import check_whole
    from nmr_core.storage.workspace import data_folder

    check_whole(data_folder())
    try:
        require("app", "The app")
    except InputError as error:
        raise FailedError(f"{error}.") from None
    say(f"Data folder: {data_folder()}")
    return [sys.executable, "-P"]  # a file in the current folder never hides a package


def app_script() -> Path:
    """Path of app.py: inside an installed package, beside it in a checkout.

    Raises
    ------
    FailedError
        The installation holds the library only.
    """
    package = Path(nmr_core.__file__).parent
    for folder in (package / "_app", package.parent):
        if (folder / "app.py").is_file() and (folder / "pages").is_dir():
            return folder / "app.py"
    raise FailedError(
        f"This installation has no app files. Install them with: {install_command('app')}."
    )
