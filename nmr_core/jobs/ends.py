"""Why a worker may have ended without an answer."""

import shutil
import signal
from pathlib import Path

from nmr_core.storage.files import is_nearly_full


def why_it_ended(exit_code: int | None, folder: Path) -> str:
    """One sentence about a worker that has ended without an answer.

    Parameters
    ----------
    exit_code : int or None
        Negative: ended by this signal. None: not known.
    folder : Path
        Data folder.
    """
    ended = "The worker ended without an answer"
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return f"{ended}: the data folder cannot be read."
    if is_nearly_full(folder):
        return (
            f"{ended}: the disk is full, {free / 1e6:.1f} MB are free. Delete data sets, or empty "
            "the trash."
        )
    if exit_code is None:
        return f"{ended}, perhaps out of memory."
    if exit_code == -signal.Signals.SIGTERM:
        return f"{ended}: it was ended from outside."
    if exit_code < 0:
        # SIGKILL is what a system sends whose memory runs out
        name = signal.Signals(-exit_code).name if -exit_code in set(signal.Signals) else ""
        hint = ", perhaps out of memory" if name == "SIGKILL" else ""
        return f"{ended} ({name or f'signal {-exit_code}'}){hint}."
    return f"{ended} (exit code {exit_code}). The job's log may say why."
