"""A login service in a process of its own (oidc-provider-mock)."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

PEOPLE = {
    "ada": {"name": "Ada", "email": "ada@lab.org", "email_verified": True, "groups": ["nmr"]},
    "boss": {
        "name": "Boss",
        "email": "boss@lab.org",
        "email_verified": True,
        "groups": ["nmr", "chiefs"],
    },
    "fay": {"name": "Fay", "email": "fay@evil.org", "email_verified": True, "groups": ["nmr"]},
    "eve": {"name": "Eve", "email": "eve@evil.org", "email_verified": True, "groups": ["x"]},
}
"""Subject -> claims."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def login_service(seconds: int = 3600) -> Iterator[str]:
    """The address of a login service whose tokens are valid for some seconds."""
    port = free_port()
    url = f"http://localhost:{port}"
    options = ["--port", str(port), "--token-max-age", str(seconds)]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(900):
            try:
                urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        for subject, claims in PEOPLE.items():
            tell(url, subject, claims)
        yield url
    finally:
        process.kill()
        process.wait()


def tell(url: str, subject: str, claims: dict) -> None:
    """Say what the service knows of a person."""
    request = urllib.request.Request(
        f"{url}/users/{subject}",
        json.dumps(claims).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=10).close()


def configuration(service: str, title: str = "Lab", name: str = "lab") -> str:
    """A provider of a server's configuration."""
    return f"""
[providers.{name}]
title = "{title}"
issuer = "{service}"
client_id = "echo"
client_secret = "secret"
groups = ["nmr"]
domains = ["lab.org"]
admin_groups = ["chiefs"]
"""
