"""One server per data folder: the command that serves it holds a lock as long as it runs.

The lock is the system's, so that it ends with the process, however that ends; its file says which
server it is. On Windows there is none.
"""

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import nmr_core
from nmr_core.errors import FailedError
from nmr_core.storage.files import failure

DOCUMENT = "server.lock"


def hold(folder: Path, url: str) -> None:
    """Hold a data folder until this process ends, also if it becomes another program.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    url : str
        Address of the server, for the sentence that another one ends with.

    Raises
    ------
    FailedError
        Another server holds it, or it cannot be written.
    """
    if sys.platform == "win32":
        return
    import fcntl

    path = folder / DOCUMENT
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise failure(error, path) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise FailedError(_refusal(path, folder)) from None
    server = {"version": nmr_core.__version__, "url": url, "pid": os.getpid(), "since": time.time()}
    with suppress(OSError):  # a full disk: the lock holds without a description
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(server).encode())
    os.set_inheritable(descriptor, True)


def address(folder: Path) -> str:
    """Address of the server that was started last on a data folder, "" if none was."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads((folder / DOCUMENT).read_text("utf-8"))["url"])
    return ""


def _refusal(path: Path, folder: Path) -> str:
    """What to tell whoever starts another server."""
    which = "another server"
    with suppress(OSError, ValueError, KeyError, TypeError, OverflowError):
        server = json.loads(path.read_text("utf-8"))
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(server["since"]))
        which = (
            f"the server {server['url']} (version {server['version']}, process {server['pid']}, "
            f"since {since})"
        )
    return (
        f"The data folder {folder} is in use by {which}. Stop that server first, or give this one "
        "a data folder of its own."
    )
