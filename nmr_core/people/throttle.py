"""Wrong passwords: after some the next must wait.

The limit per account and address stops guessing at one account; that per account, guessing from
many addresses; that per address, guessing at many accounts. A class behind one address logs in
with right passwords, which do not count.
"""

import time
from dataclasses import dataclass

from nmr_core.people.database import Table, hashed

WINDOW = 300.0
"""Seconds for which a wrong password counts."""
ALL = "all"


@dataclass(frozen=True)
class Limits:
    """Wrong passwords in :data:`WINDOW` before the next must wait."""

    account_and_address: int = 5
    account: int = 20
    address: int = 40
    everyone: int = 300


class Throttle(Table):
    """Wrong passwords of a server; see :class:`nmr_core.people.database.Table`."""

    limits = Limits()

    def wait(self, account: str, address: str) -> float:
        """Seconds until the next password of an account and address is looked at.

        Parameters
        ----------
        account : str
            E-mail address as typed, of an account that may not exist.
        address : str
            Network address.

        Returns
        -------
        float
            0 where no limit is reached.
        """
        now = time.time()
        waits = [0.0]
        with self._connection() as db:
            for key, most in self._keys(account, address).items():
                rows = db.execute(
                    "SELECT time FROM attempts WHERE key = ? AND time > ? AND time <= ?"
                    " ORDER BY time DESC LIMIT 1 OFFSET ?",
                    (key, now - WINDOW, now, most - 1),
                ).fetchall()
                waits += [row["time"] + WINDOW - now for row in rows]
        return max(waits)

    def wrong(self, account: str, address: str) -> None:
        """Note a wrong password."""
        now = time.time()
        with self._connection() as db:
            db.execute("DELETE FROM attempts WHERE time < ? OR time > ?", (now - WINDOW, now + 1))
            db.executemany(
                "INSERT INTO attempts (key, time) VALUES (?, ?)",
                [(key, now) for key in self._keys(account, address)],
            )

    def right(self, account: str, address: str) -> None:
        """Forget the wrong passwords of an account from an address after a right one."""
        key = next(iter(self._keys(account, address)))
        self._one("DELETE FROM attempts WHERE key = ?", (key,))

    def _keys(self, account: str, address: str) -> dict[str, int]:
        """Hashed key -> limit; what was typed as an address may be a password."""
        name = account.strip().lower()
        return {
            hashed(f"both {name} {address}"): self.limits.account_and_address,
            hashed(f"account {name}"): self.limits.account,
            hashed(f"address {address}"): self.limits.address,
            ALL: self.limits.everyone,
        }
