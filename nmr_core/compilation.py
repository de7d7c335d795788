"""Functions compiled by numba, stored so that the next process need not compile them again.

The compiled code lies where numba would put it: in ``NUMBA_CACHE_DIR`` if that is set, beside the
source, or in the user's cache folder; where all of them are read-only, in a private temporary
folder, and without any folder each process compiles for itself. It differs from ``cache=True`` of
numba in three points. A change of any file of a room makes the code of the whole room stale, not
only that of the changed file, because its functions are compiled into each other. A damaged file is
compiled anew, as checksums tell. And that a first compilation takes a while is reported as
progress.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core import caching
from numba.misc.appdirs import AppDirs

from nmr_core.progress import report

COMPILING = "compiling the simulator for this processor, once"


def compiled(*, progress: str = "", **options: Any) -> Callable[[Callable], Any]:
    """Decorator: compile a function by ``numba.njit`` and store the machine code.

    Parameters
    ----------
    progress : str
        Message that is reported when the function has to be compiled; none by default.
    **options
        Options of ``numba.njit``, without ``cache``.
    """

    def decorate(function: Callable) -> Any:
        dispatcher = numba.njit(**options)(function)
        if _folder(function.__code__.co_filename) is not None:
            dispatcher._cache = _Cache(function)
            dispatcher._cache.message = progress
        return dispatcher

    return decorate


@cache
def _folder(source: str) -> str | None:
    """The first folder that can be written, for the functions of one source file."""
    for folder in _candidates(source):
        try:
            os.makedirs(folder, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError:
            continue
        return folder
    return None


def _candidates(source: str) -> Iterator[str]:
    """Folders to try, in order."""
    room = caching._CacheLocator.get_suitable_cache_subpath(source)
    chosen = getattr(numba.config, "CACHE_DIR", "")
    if chosen:
        yield os.path.join(chosen, room)
    yield os.path.join(os.path.dirname(source), "__pycache__")
    yield os.path.join(AppDirs(appname="numba", appauthor=False).user_cache_dir, room)
    private = _private_temporary()
    if private is not None:
        yield os.path.join(private, room)


def _private_temporary() -> str | None:
    """A temporary folder that no other user can write, as machine code is read from it."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    try:
        folder = os.path.join(tempfile.gettempdir(), f"spin-echo-lab-{user}")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        status = os.lstat(folder)
    except OSError:
        return None
    if os.name == "nt":
        return folder
    own = status.st_uid == user and not stat.S_IMODE(status.st_mode) & 0o077
    return folder if own and stat.S_ISDIR(status.st_mode) else None


@cache
def _fingerprint(room: Path) -> bytes:
    """Checksum of all source files of a room, and of the rooms around it."""
    digest = hashlib.sha256()
    for source in sorted(room.glob("*.py")):
        digest.update(source.name.encode() + source.read_bytes())
    if (room.parent.parent / "__init__.py").exists():
        digest.update(_fingerprint(room.parent))
    return digest.digest()


class _Locator(caching._SourceFileBackedLocatorMixin, caching._CacheLocator):
    """Folder and fingerprint of the code of one function."""

    def __init__(self, py_func: Callable, py_file: str):
        self._py_file, self._lineno = py_file, py_func.__code__.co_firstlineno

    def get_cache_path(self) -> str | None:
        return _folder(self._py_file)

    def get_source_stamp(self) -> bytes:
        return _fingerprint(Path(self._py_file).parent)


class _Implementation(caching.CompileResultCacheImpl):
    def __init__(self, py_func: Callable):
        self._locator_classes = [_Locator]
        super().__init__(py_func)


class _Files(caching.IndexDataCacheFile):
    """Index and code of one function; what does not fit its checksum is never read."""

    def _save_index(self, overloads: dict) -> None:
        super()._save_index(overloads)
        _write_checksum(self._index_path)

    def _load_index(self) -> dict:
        return super()._load_index() if _is_sound(self._index_path) else {}

    def _save_data(self, name: str, data: Any) -> None:
        super()._save_data(name, data)
        _write_checksum(self._data_path(name))

    def _load_data(self, name: str) -> Any:
        if not _is_sound(self._data_path(name)):
            raise OSError(f"{name} is damaged")
        return super()._load_data(name)


def _checksum(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _write_checksum(path: str) -> None:
    Path(f"{path}.sha256").write_text(_checksum(path))


def _is_sound(path: str) -> bool:
    """Whether a file is complete and unchanged."""
    try:
        return Path(f"{path}.sha256").read_text() == _checksum(path)
    except (OSError, ValueError):
        return False


class _Cache(caching.Cache):
    """Compiled code of one function for each signature and processor."""

    _impl_class = _Implementation  # type: ignore[assignment]
    message = ""

    def __init__(self, py_func: Callable):
        super().__init__(py_func)
        files = self._cache_file
        self._cache_file = _Files(self._cache_path, self._impl.filename_base, files._source_stamp)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        code = super().load_overload(sig, target_context)
        # Two processes that store code for other types at once may give it the same file
        if code is not None and tuple(code.signature.args) != tuple(sig):
            code = None
        if code is None and self.message:
            report(0, 1, self.message)
        return code

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError:
            return
