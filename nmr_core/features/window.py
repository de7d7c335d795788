"""The points around the echo."""

from collections.abc import Sequence

from nmr_core.features.raw import Raw


class Window(Raw):
    """Re M and Im M at the points int(centre n_times) ± width, cut at the ends of the record.

    References
    ----------
    ML4SCI summer of code 2021: centre 2/3, width 150.
    """

    name = "window"

    def __init__(
        self,
        channels: Sequence[str] = ("re", "im"),
        window: tuple[int, int] | None = None,
        *,
        centre: float = 2 / 3,
        width: int = 150,
        rescale: int = 0,
    ):
        super().__init__(channels, window, centre=centre, width=width, rescale=rescale)


class Magnitude(Raw):
    """|M| at the points int(centre n_times) ± width.

    References
    ----------
    ML4SCI summer of code 2021: centre 2/3, width 150; "rescale" divides each signal by its own
    maximum.
    """

    name = "magnitude"

    def __init__(
        self,
        window: tuple[int, int] | None = None,
        *,
        centre: float = 2 / 3,
        width: int = 150,
        rescale: int = 0,
    ):
        super().__init__(("abs",), window, centre=centre, width=width, rescale=rescale)
