"""How the app is served: the profile, and the configuration of a server.

profiles.py   local, team, workshop
strict.py     tables of a TOML file -> dataclasses; a wrong key or value is one sentence
config.py     what a server can be told
at_hand.py    a configuration for a workshop that no one has to write
logs.py       the log of a server, one JSON object per line
example.py    a commented file to begin with
"""

from nmr_core.serving.config import (
    AccountsConfig,
    AuditConfig,
    LogConfig,
    Provider,
    ReadyConfig,
    ServerConfig,
    SessionConfig,
    read,
)
from nmr_core.serving.profiles import LOCAL, PROFILES, TEAM, WORKSHOP

__all__ = [
    "LOCAL",
    "PROFILES",
    "TEAM",
    "WORKSHOP",
    "AccountsConfig",
    "AuditConfig",
    "LogConfig",
    "Provider",
    "ReadyConfig",
    "ServerConfig",
    "SessionConfig",
    "read",
]
