"""Which features belong together: neighbouring points of a curve say nearly the same, so only blocks of time are shuffled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

N_BLOCKS = 40
"""Blocks of time over the whole record."""
NARROW = 3
"""Points that a feature of a curve's points looks at, at most."""
MOST = 300
"""Groups of wider features; more of them are taken a few at a time."""
_NAME = re.compile(r"(?:s(?P<setting>\d+)__)?(?P<kind>.+?)__(?P<channel>re|im|abs)__(?P<what>.+)")


@dataclass(frozen=True)
class Group:
    """Features that are shuffled together: their columns, and first and one past last time point that they look at."""

    name: str
    channel: str
    setting: int
    columns: np.ndarray
    support: tuple[int, int]
    timed: bool


def setting_and_channel(name: str) -> tuple[int, str]:
    """(number of the setting, "re", "im", "abs" or "") that a feature's name says."""
    found = _NAME.match(name)
    return (int(found["setting"] or 0), found["channel"]) if found else (0, "")


def _kind(name: str) -> str:
    """ "polynomial" of "s0__polynomial__re__4_0__x1"."""
    return re.sub(r"^s\d+__", "", name).partition("__")[0]


def groups_of(
    support: np.ndarray, names: Sequence[str] | np.ndarray, n_blocks: int = N_BLOCKS
) -> list[Group]:
    """Blocks of time of all channels together and of each channel apart, of featurizers whose features are points of the
    curve; other features one by one.

    support : of every feature, int (n_features, 2), first and last + 1 time point; names : (n_features,)
    """
    names = np.array(names, dtype=object)
    kinds = np.array([_kind(name) for name in names])
    wide = support[:, 1] - support[:, 0] > NARROW
    narrow = ~np.isin(kinds, kinds[wide])
    return _blocks(support, names, np.flatnonzero(narrow), n_blocks) + _single(
        support, names, np.flatnonzero(~narrow)
    )


def _blocks(
    support: np.ndarray, names: np.ndarray, narrow: np.ndarray, n_blocks: int
) -> list[Group]:
    if not len(narrow):
        return []
    first, last = support[narrow, 0].min(), support[narrow, 1].max()
    width = -(-(last - first) // n_blocks)
    place = (support[narrow].mean(axis=1) - first) // width
    marks = [setting_and_channel(names[column]) for column in narrow]
    settings, channels = np.array([m[0] for m in marks]), np.array([m[1] for m in marks])
    found = []
    for setting in np.unique(settings):
        of_setting = settings == setting
        own = list(dict.fromkeys(channels[of_setting].tolist()))
        for channel in ["together", *own] if len(own) > 1 else own:
            for block in np.unique(place[of_setting]):
                inside = (
                    of_setting
                    & (place == block)
                    & ((channels == channel) | (channel == "together"))
                )
                if inside.any():
                    columns = narrow[inside]
                    at = int(support[columns, 0].min()), int(support[columns, 1].max())
                    found.append(
                        Group(f"points {at[0]}:{at[1]}", channel, int(setting), columns, at, True)
                    )
    return found


def _single(support: np.ndarray, names: np.ndarray, wide: np.ndarray) -> list[Group]:
    found = []
    for columns in np.array_split(wide, min(len(wide), MOST)) if len(wide) else []:
        setting, channel = setting_and_channel(names[columns[0]])
        name = str(names[columns[0]]) + (f" … {names[columns[-1]]}" if len(columns) > 1 else "")
        at = int(support[columns, 0].min()), int(support[columns, 1].max())
        found.append(Group(name, channel, setting, columns, at, False))
    return found
