"""A series that grows: files that arrive in a folder are read once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nmr_core.io.options import ReadOptions
from nmr_core.measured.series.choosing import chosen
from nmr_core.measured.series.collecting import read_items
from nmr_core.measured.series.paths import Found, natural
from nmr_core.measured.series.series import Item, Series


@dataclass
class Growing:
    """Echoes of a folder so far.

    Parameters
    ----------
    folder : Path
        The folder.
    by : str, optional
        Swept quantity; default: found anew with every file.
    kind : str, optional
        Key in ``READERS``.
    options : ReadOptions, optional
        How the files are read.
    """

    folder: Path
    by: str | None = None
    kind: str | None = None
    options: ReadOptions | None = None
    _items: dict[str, list[Item]] = field(default_factory=dict)

    def add(self, paths: Sequence[Path]) -> Series:
        """Read files, in place of earlier ones of the same name, and return the whole series.

        Parameters
        ----------
        paths : sequence of Path
            In the folder, as :func:`nmr_core.measured.series.watch` yields them.
        """
        for path in paths:
            name = path.relative_to(self.folder).as_posix()
            self._items[name] = read_items(Found(path, name), self.kind, self.options)
        items = [item for name in sorted(self._items, key=natural) for item in self._items[name]]
        return chosen(items, self.by, self.folder.resolve().name)
