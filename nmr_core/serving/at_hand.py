"""A configuration for a workshop that no one has to write: everyone in the network comes in."""

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

from nmr_core.storage.files import write_file

DOCUMENT = "workshop.toml"
PORT = 8501


def network_address() -> str:
    """Address of this computer in its network; its own name for itself where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # chooses a way out, and sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            return "localhost"


def configured(folder: Path, url: str = "", port: int | None = None) -> Path:
    """Write the configuration of a workshop's server.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    url : str
        Address in the people's browsers; "" for that of this computer in its network.
    port : int, optional
        Port on which the server listens; default: that of ``url`` without a proxy, else 8501.

    Returns
    -------
    Path
        The file, which is written anew by each start.
    """
    port = port or _port(url) or PORT
    url = url or f"http://{network_address()}:{port}"
    text = (
        "# Written by each start of serve --profile workshop without --config\n"
        f'url = {json.dumps(url, ensure_ascii=False)}\nhost = "0.0.0.0"\nport = {port}\n'
    )
    path = folder / DOCUMENT
    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return path


def _port(url: str) -> int | None:
    """The port in an address; None for none."""
    try:
        return urlsplit(url).port
    except ValueError:
        return None
