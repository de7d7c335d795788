"""What a backup says of itself: ``manifest.json``, written last."""

import json
import re
from dataclasses import asdict, dataclass, field

import nmr_core
from nmr_core.errors import FailedError

FORMAT = 1
MANIFEST = "manifest.json"
_NAME = re.compile(r"(?!/)(?!.*(^|/)\.{1,2}(/|$))[^\0\\]+")


@dataclass(frozen=True)
class File:
    """A file of a backup.

    Parameters
    ----------
    size : int
        Bytes.
    sha256 : str
        Digest of its content, hexadecimal.
    mtime_ns : int
        Time of its last change, ns since 1970.
    offset : int
        Where its content begins in a tar file.
    """

    size: int
    sha256: str
    mtime_ns: int
    offset: int = 0


@dataclass
class Contents:
    """The manifest of a backup.

    Parameters
    ----------
    created : float
        When it was begun, s since 1970.
    files : dict
        Path relative to the data folder -> :class:`File`.
    left_out : list of str
        Files of the folder that it does not hold: configuration, secrets and links.
    version : str
        Version of the program that took it.
    """

    created: float
    files: dict[str, File] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    version: str = nmr_core.__version__

    @property
    def n_bytes(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())

    def text(self) -> str:
        """The manifest as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=True)


def parse(text: str, place: str) -> Contents:
    """The manifest of a backup.

    Parameters
    ----------
    text : str
        JSON.
    place : str
        Of the backup, for messages.

    Raises
    ------
    FailedError
        It is damaged, or of a later version.
    """
    try:
        stored = json.loads(text)
        format, version = stored.pop("format"), str(stored["version"])
        _check_version(format, version, place)
        files = {name: File(**values) for name, values in stored.pop("files").items()}
        contents = Contents(files=files, **stored)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FailedError(
            f"The manifest of {place} is damaged ({error}). Use another backup."
        ) from None
    for name, file in files.items():
        if not _NAME.fullmatch(name) or file.size < 0:
            raise FailedError(f"{name[:80]!r} cannot be a file of {place}. Use another backup.")
    return contents


def _check_version(format: object, version: str, place: str) -> None:
    if format != FORMAT or _numbers(version) > _numbers(nmr_core.__version__):
        raise FailedError(
            f"This is version {nmr_core.__version__}, {place} was taken by version {version}. "
            "Install that version or a later one."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", version)[:3])
