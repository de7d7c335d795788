"""The order in which people count: run 2 before run 10."""

import re


def natural(path: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts by the numbers in a name: point2 before point10."""
    parts = re.split(r"([0-9]{1,18})", path.lower())
    return [(0, int(part), "") if k % 2 else (1, 0, part) for k, part in enumerate(parts)]
