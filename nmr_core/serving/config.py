"""What a server can be told, read strictly from a TOML file."""

import errno
import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from nmr_core.errors import InputError
from nmr_core.plain_files import read_plain
from nmr_core.serving.strict import build, check_keys, checked_table

MAX_BYTES, MAX_SECRET = 1_000_000, 10_000
"""Bytes of a configuration, and of a file with a secret."""
MOST_BY_ITSELF, MOST = 4, 64
"""Web processes that a server starts by itself, and by its configuration."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True)
class SessionConfig:
    """How long a login lasts.

    Parameters
    ----------
    idle_hours : float
        Without an open page or a request.
    days : float
        From the login on.
    """

    idle_hours: float = 72.0
    days: float = 7.0


@dataclass(frozen=True)
class AccountsConfig:
    """Accounts with a password of this server, made by invitation.

    Parameters
    ----------
    enabled : bool
        Whether there are such accounts.
    """

    enabled: bool = True


@dataclass(frozen=True)
class AuditConfig:
    """The record of who did what, audit.jsonl in the data folder.

    Parameters
    ----------
    megabytes : float
        Size at which a new file is begun; 0: never.
    files : int
        Older files that are kept.
    """

    megabytes: float = 10.0
    files: int = 20


@dataclass(frozen=True)
class LogConfig:
    """The log of the server, on standard error.

    Parameters
    ----------
    format : str
        "json": one object per line; "text": for a terminal.
    level : str
        "debug", "info", "warning" or "error".
    requests : bool
        Whether every request is a line.
    """

    format: str = "json"
    level: str = "info"
    requests: bool = False


@dataclass(frozen=True)
class ReadyConfig:
    """When /readyz says that the server can work.

    Parameters
    ----------
    free_megabytes : float
        Least free space on the disk.
    supervisor_seconds : float
        Longest silence of the supervisor while jobs wait or run.
    """

    free_megabytes: float = 200.0
    supervisor_seconds: float = 60.0


@dataclass(frozen=True)
class Provider:
    """A login service (OpenID Connect).

    Parameters
    ----------
    title : str
        On the button of the login page.
    issuer : str
        Its address; the metadata lie below it.
    client_id : str
        Name of this server there.
    client_secret, client_secret_env, client_secret_file : str
        The secret itself, the environment variable or the file that holds it.
    groups, domains : tuple of str
        A person must be in one of the groups, and have an e-mail address (verified by the service)
        in one of the domains; each list counts if it is not empty.
    everyone : bool
        Let everyone in whom the service knows.
    admin_groups : tuple of str
        Members of one of these groups are administrators.
    groups_claim : str
        Name of the claim that lists the groups.
    scopes : str
        What is requested from the service.
    """

    title: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    client_secret_env: str = ""
    client_secret_file: str = ""
    groups: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    everyone: bool = False
    admin_groups: tuple[str, ...] = ()
    groups_claim: str = "groups"
    scopes: str = "openid profile email"


@dataclass(frozen=True)
class ServerConfig:
    """The configuration of a server for a team.

    Parameters
    ----------
    url : str
        Address of the app in the people's browsers; it works at no other.
    data : str
        Data folder; "" is that of ``NMR_DATA``.
    host : str
        Network address on which the server listens.
    port : int
        Port on which it listens.
    trusted_proxies : tuple of str
        Addresses of proxies whose header X-Forwarded-For is believed.
    seats : int
        People who may be logged in at once, administrators beside them; 0: no limit.
    metrics_token_env : str
        Environment variable with the token that opens /metrics to a collector.
    processes : int
        Web processes behind the port; 0: one per core, at most :data:`MOST_BY_ITSELF`.
    watch : tuple of str
        Folders of the server whose new measurements people may watch, such as the one that a
        spectrometer writes into; everyone who logs in may read what is in them.
    sessions, accounts, audit, log, ready, providers
        See :class:`SessionConfig`, :class:`AccountsConfig`, :class:`AuditConfig`,
        :class:`LogConfig`, :class:`ReadyConfig`, :class:`Provider`.
    """

    url: str
    data: str = ""
    host: str = "127.0.0.1"
    port: int = 8501
    trusted_proxies: tuple[str, ...] = ("127.0.0.1",)
    seats: int = 0
    metrics_token_env: str = ""
    processes: int = 0
    watch: tuple[str, ...] = ()
    sessions: SessionConfig = field(default_factory=SessionConfig)
    accounts: AccountsConfig = field(default_factory=AccountsConfig)
    audit: AuditConfig = field(default_factory=AuditConfig)
    log: LogConfig = field(default_factory=LogConfig)
    ready: ReadyConfig = field(default_factory=ReadyConfig)
    providers: dict[str, Provider] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Scheme, host and port of :attr:`url`, as browsers send them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def base(self) -> str:
        """Path of :attr:`url`: "" or "/lab"."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def cookie(self) -> str:
        """Name of the cookie that holds a session.

        Browsers send the cookies of one port of a computer to the others, but a __Host- cookie is
        the server's alone.
        """
        port = urlsplit(self.url).port or ""
        return "__Host-sel-session" if self.secure else f"sel-session-{port}"

    @property
    def secure(self) -> bool:
        """Whether browsers reach the app by https."""
        return self.url.startswith("https:")


_TABLES = ("sessions", "accounts", "audit", "log", "ready", "providers")
LOG_FORMATS, LOG_LEVELS = ("json", "text"), ("debug", "info", "warning", "error")


def read(path: Path | str) -> ServerConfig:
    """Read the configuration of a server; secrets are looked up.

    Parameters
    ----------
    path : Path or str
        The TOML file.

    Raises
    ------
    InputError
        Names the file, the key, what it must be and what to do.
    """
    try:
        content = tomllib.loads(_text(path, MAX_BYTES))
    except OSError as error:
        raise InputError(
            f"The configuration {path} cannot be read ({error.strerror}). "
            "Give its path by --config."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"The configuration {path} is not valid TOML: {error}.") from None
    try:
        return _checked(content)
    except InputError as error:
        raise InputError(f"In the configuration {path}: {error}") from None


def _text(path: Path | str, most: int) -> str:
    """The text of a small file; OSError if it is large or no plain file."""
    content = read_plain(path, most)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"more than {most:,} bytes")
    return content.decode()


def _checked(content: dict) -> ServerConfig:
    tables = {name: content.pop(name) for name in _TABLES if name in content}
    known = [name for name in ServerConfig.__dataclass_fields__ if name not in _TABLES]
    check_keys(content, [*known, *_TABLES], "")
    config = replace(
        build(ServerConfig, content, ""),
        sessions=build(SessionConfig, tables.get("sessions", {}), "sessions"),
        accounts=build(AccountsConfig, tables.get("accounts", {}), "accounts"),
        audit=build(AuditConfig, tables.get("audit", {}), "audit"),
        log=build(LogConfig, tables.get("log", {}), "log"),
        ready=build(ReadyConfig, tables.get("ready", {}), "ready"),
        providers={
            name: _provider(name, table)
            for name, table in checked_table(tables.get("providers", {}), "providers").items()
        },
    )
    _check_url(config)
    _check_times(config.sessions)
    _check_files(config)
    _check_way_in(config)
    return config


def _provider(name: str, table: object) -> Provider:
    place = f"providers.{name}"
    if not _NAME.fullmatch(name):
        raise InputError(f"{place} must be named by a-z, 0-9 and '-'. Rename the table.")
    provider = build(Provider, table, place)
    if not provider.issuer.startswith(("https://", "http://")):
        raise InputError(f"{place}.issuer must begin with https://, got {provider.issuer!r:.60}.")
    if not (provider.groups or provider.domains or provider.everyone):
        raise InputError(
            f"{place} lets no one in. Add groups = [...], domains = [...] or everyone = true."
        )
    return replace(provider, client_secret=_secret(provider, place))


def _secret(provider: Provider, place: str) -> str:
    """The secret, wherever it lies."""
    variable, file = provider.client_secret_env, provider.client_secret_file
    if [bool(provider.client_secret), bool(variable), bool(file)].count(True) != 1:
        raise InputError(
            f"{place} needs one of client_secret_file, client_secret_env and client_secret. "
            "The login service gave you the secret when this server was registered there."
        )
    secret = provider.client_secret or os.environ.get(variable, "")
    if file:
        try:
            secret = _text(file, MAX_SECRET).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{place}.client_secret_file {file} cannot be read ({error}). Check the path."
            ) from None
    if not secret:
        source = f"the environment variable {variable}" if variable else f"the file {file}"
        raise InputError(f"{place} has no secret: {source} is empty. Write the secret there.")
    return secret


def _check_url(config: ServerConfig) -> None:
    parts = urlsplit(config.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise InputError(f"url must look like https://echo.lab.org, got {config.url!r:.60}.")
    if not 0 < config.port < 65536:
        raise InputError(f"port must be from 1 to 65535, got {config.port}.")
    if config.seats < 0:
        raise InputError(f"seats must be 0 (no limit) or more, got {config.seats}.")
    checked_processes(config.processes)
    for folder in config.watch:
        if not os.path.isabs(folder) or Path(folder) == Path(folder).parent:
            raise InputError(
                f"watch must list folders by their whole path, below the root, got {folder!r:.80}. "
                "Write the path of the folder with the measurements."
            )


def checked_processes(n: int) -> int:
    """``n`` if a server can have so many web processes; 0: it chooses.

    Raises
    ------
    InputError
        It cannot.
    """
    if not 0 <= n <= MOST:
        raise InputError(f"processes must be 0 (the server chooses) to {MOST}, got {n}.")
    return n


def _check_times(sessions: SessionConfig) -> None:
    for name, value in (("idle_hours", sessions.idle_hours), ("days", sessions.days)):
        if not 0 < value <= 10_000:
            raise InputError(f"sessions.{name} must be more than 0, got {value:g}.")


def _check_files(config: ServerConfig) -> None:
    """The record, the log and the conditions of /readyz."""
    for name, value in (
        ("audit.megabytes", config.audit.megabytes),
        ("audit.files", config.audit.files),
        ("ready.free_megabytes", config.ready.free_megabytes),
    ):
        if not 0 <= value < 1e6:
            raise InputError(f"{name} must be from 0 to 1,000,000, got {value:g}. Correct it.")
    if not 0 < config.ready.supervisor_seconds < 1e6:
        seconds = config.ready.supervisor_seconds
        raise InputError(f"ready.supervisor_seconds must be more than 0, got {seconds:g}.")
    for name, word, choices in (
        ("format", config.log.format, LOG_FORMATS),
        ("level", config.log.level, LOG_LEVELS),
    ):
        if word not in choices:
            raise InputError(f"log.{name} must be one of {', '.join(choices)}, got {word!r:.40}.")


def _check_way_in(config: ServerConfig) -> None:
    if config.accounts.enabled:
        return
    if not config.providers:
        raise InputError("There is no way in. Add a table [providers.NAME] or accounts.enabled.")
    if not any(provider.admin_groups for provider in config.providers.values()):
        raise InputError(
            "No one could become administrator. Add admin_groups = [...] to a provider, "
            "or set accounts.enabled = true."
        )
