"""A server for a team in a process of its own, with people whose cookies are known."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from nmr_core.people import Invitations, Register, Sessions, people_file
from nmr_core.storage.audit.noting import COMMAND_LINE

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"


@dataclass
class Answer:
    """An answer of HTTP as it came, without a client's own ideas."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """A header's values, joined; "" if there is none."""
        return ", ".join(value for key, value in self.headers if key == name.lower())


@dataclass
class RealServer:
    """``spin-echo-lab serve`` of a team, or what stands before it.

    Attributes
    ----------
    folder : Path
        Data folder.
    cookies : dict
        Name of a person -> secret of a session.
    ids : dict
        Name of a person -> id.
    processes : int
        Web processes behind its port.
    """

    folder: Path
    cookies: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    processes: int = 1

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.host = f"localhost:{self.port}"
        self.url = f"http://{self.host}"
        self.cookie = f"sel-session-{self.port}"
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "server.toml"
        # One process: in several, what belongs to another person may be missing by chance
        text = f'url = "{self.url}"\nport = {self.port}\nprocesses = {self.processes}\n'
        config.write_text(text)
        self._add_people()
        self.log = self.folder / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "nmr_core", "serve", "--config", str(config)],
                cwd=ROOT,
                env=os.environ | {"NMR_DATA": str(self.folder), "NMR_WORKERS": "0"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def _add_people(self) -> None:
        file = people_file(self.folder)
        self.register, self.sessions = Register(file), Sessions(file)
        for name, role in (("Chief", "admin"), ("Zoe", "member"), ("Max", "member")):
            secret = Invitations(file).create(COMMAND_LINE, role=role)
            person = Invitations(file).accept(secret, name, f"{name}@lab.org", PASSWORD)
            self.ids[name] = person.id
            self.cookies[name] = self.sessions.begin(person)

    def _wait(self) -> None:
        for _ in range(1800):
            try:
                if self.ask("GET", "/_stcore/health").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start: " + self.log.read_text())

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def ask(
        self,
        method: str,
        target: str,
        who: str = "",
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        *,
        host: str | None = None,
    ) -> Answer:
        """One request, whose first line and headers are sent as they are.

        Parameters
        ----------
        method, target : str
            First line.
        who : str
            Name of a person, whose cookie is sent.
        headers : dict, optional
            Beside Host and Cookie.
        body : bytes
            Content.
        host : str, optional
            Header Host; None: the server's own.
        """
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host if host is None else host}"]
        if who:
            lines.append(f"Cookie: {self.cookie}={self.cookies[who]}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines += ["Connection: close", f"Content-Length: {len(body)}"]
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            head = "\r\n".join(lines) + "\r\n\r\n"
            connection.sendall(head.encode("latin-1") + body)
            content = b""
            while part := connection.recv(1 << 16):
                content += part
        return _parsed(content)


def _parsed(content: bytes) -> Answer:
    head, _, body = content.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.split(":", 1) for line in lines]
    headers = [(name.strip().lower(), value.strip()) for name, value in pairs]
    return Answer(int(first.split()[1]), headers, body)
