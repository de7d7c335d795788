"""Wrong passwords: after some the next must wait.

The limit per account and address stops guessing at one account; that per account, guessing from
many addresses; that per address, guessing at many accounts. A class behind one address logs in
with right passwords, which do not count. Who guesses from elsewhere locks no one out at an address
from which the person has logged in before.
"""

import sqlite3
import time
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from nmr_core.people.database import Table, hashed

WINDOW = 300.0
"""Seconds for which a wrong password counts."""
ALL = "all"


@dataclass(frozen=True)
class Limits:
    """Wrong passwords in :data:`WINDOW` before the next must wait; and logins that leave for a
    login service, per address: a class behind one, but no stranger who begins thousands.
    """

    account_and_address: int = 5
    account: int = 20
    address: int = 40
    everyone: int = 300
    at_service: int = 100


class Throttle(Table):
    """Wrong passwords of a server; see :class:`nmr_core.people.database.Table`."""

    limits = Limits()

    def begin(self, account: str, address: str, *, known: bool = False) -> float:
        """Count a password as wrong before it is looked at, so that many at once are counted too.

        Parameters
        ----------
        account : str
            E-mail address as typed, of an account that may not exist.
        address : str
            Network address.
        known : bool
            Whether the account's person has logged in from there before; then guesses from
            elsewhere do not count, so that no one can lock the person out.

        Returns
        -------
        float
            Seconds until the next password is looked at; 0 where no limit is reached.
        """
        keys = self._keys(account, address)
        here = list(keys)[::2]
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            now = time.time()
            waits = [
                _wait(db, key, most, now) for key, most in keys.items() if key in here or not known
            ]
            if not max(waits):
                _forget_old(db, now)
                db.executemany(
                    "INSERT INTO attempts (key, time) VALUES (?, ?)", [(key, now) for key in keys]
                )
            db.execute("COMMIT")
        return max(waits)

    def begin_at_service(self, address: str) -> float:
        """Count a login that leaves for a login service.

        Parameters
        ----------
        address : str
            Network address.

        Returns
        -------
        float
            Seconds until the next may be begun from there; 0 where the limit is not reached.
        """
        key = hashed(f"service {_network(address)}")
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            now = time.time()
            wait = _wait(db, key, self.limits.at_service, now)
            if not wait:
                db.execute("INSERT INTO attempts (key, time) VALUES (?, ?)", (key, now))
            _forget_old(db, now)
            db.execute("COMMIT")
        return wait

    def right(self, account: str, address: str) -> None:
        """Forget a password that was right, and the wrong ones of the account from the address."""
        both, *others = self._keys(account, address)
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("DELETE FROM attempts WHERE key = ?", (both,))
            db.executemany(
                "DELETE FROM attempts WHERE rowid ="
                " (SELECT rowid FROM attempts WHERE key = ? ORDER BY time DESC LIMIT 1)",
                [(key,) for key in others],
            )
            db.execute("COMMIT")

    def _keys(self, account: str, address: str) -> dict[str, int]:
        """Hashed key -> limit, by turns of what happens here and elsewhere too; what was typed as
        an address may be a password.
        """
        name = account.strip().lower()
        return {
            hashed(f"both {name} {address}"): self.limits.account_and_address,
            hashed(f"account {name}"): self.limits.account,
            hashed(f"address {address}"): self.limits.address,
            ALL: self.limits.everyone,
        }


def _network(address: str) -> str:
    """What one visitor has of addresses: one, or of IPv6 a /64."""
    try:
        number = ip_address(address)
    except ValueError:
        return address
    return address if number.version == 4 else str(ip_network((number.packed[:8] + bytes(8), 64)))


def _forget_old(db: sqlite3.Connection, now: float) -> None:
    db.execute("DELETE FROM attempts WHERE time < ? OR time > ?", (now - WINDOW, now + 1))


def _wait(db: sqlite3.Connection, key: str, most: int, now: float) -> float:
    """Seconds until fewer than ``most`` wrong passwords of a key count."""
    row = db.execute(
        "SELECT time FROM attempts WHERE key = ? AND time > ? AND time <= ?"
        " ORDER BY time DESC LIMIT 1 OFFSET ?",
        (key, now - WINDOW, now, most - 1),
    ).fetchone()
    return row["time"] + WINDOW - now if row else 0.0
