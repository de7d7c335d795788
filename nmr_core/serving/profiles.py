"""Who may come in: one user, a team that logs in, or also the people of rooms by a code."""

import os
from ipaddress import ip_address

from nmr_core.errors import InputError

LOCAL, TEAM, WORKSHOP = "local", "team", "workshop"
PROFILES = (LOCAL, TEAM, WORKSHOP)

PROFILE, CONFIG, INSECURE = "NMR_PROFILE", "NMR_SERVER_CONFIG", "NMR_INSECURE"
"""Environment variables by which ``spin-echo-lab serve`` tells the server its profile, the path of
its configuration, and that other computers may come in without a login.
"""


def checked_profile(name: str) -> str:
    """``name`` if a server can be started with this profile.

    Raises
    ------
    InputError
        There is no such profile.
    """
    if name not in PROFILES:
        raise InputError(f"profile must be one of {', '.join(PROFILES)}, got {name[:40]!r}.")
    return name


def is_insecure() -> bool:
    """Whether other computers may come in without a login."""
    return os.environ.get(INSECURE) == "1"


def check_address(address: str | None, insecure: bool) -> None:
    """Refuse to let other computers in where no one logs in.

    Parameters
    ----------
    address : str, optional
        Network address on which the server listens; None and "" mean all.
    insecure : bool
        Whether that is wanted.

    Raises
    ------
    InputError
        The address is not this computer's own.
    """
    if insecure or is_loopback(address or ""):
        return
    raise InputError(
        f"Without a login the app answers this computer only, got the address {address or 'any'}. "
        "Start it with: spin-echo-lab serve --profile team --config server.toml; "
        f"or set {INSECURE}=1 where everyone in the network may see, use and delete everything."
    )


def check_reached(address: str, insecure: bool) -> None:
    """As :func:`check_address`, for the address at which one request came in.

    Parameters
    ----------
    address : str
        IP address; other texts are the path of a socket of this computer, or no server's.
    insecure : bool
        Whether other computers may come in.
    """
    try:
        plain = str(ip_address(address.removeprefix("::ffff:")))
    except ValueError:
        return
    check_address(plain, insecure)


def is_loopback(address: str) -> bool:
    """Whether only this computer reaches a network address."""
    return address == "localhost" or address == "::1" or address.startswith("127.")
