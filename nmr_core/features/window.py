"""The points around the echo."""

from nmr_core.features.raw import Raw


class Window(Raw):
    """Re M and Im M at the points int(centre n_times) ± width, cut at the ends of the record.

    References
    ----------
    ML4SCI summer of code 2021: centre 2/3, width 150.
    """

    name = "window"

    def __init__(self, channels=("re", "im"), window=None, *, centre=2 / 3, width=150, rescale=0):
        super().__init__(channels, window, centre=centre, width=width, rescale=rescale)


class Magnitude(Raw):
    """|M| at the points int(centre n_times) ± width.

    References
    ----------
    ML4SCI summer of code 2021: centre 2/3, width 150; "rescale" divides each signal by its own maximum.
    """

    name = "magnitude"

    def __init__(self, window=None, *, centre=2 / 3, width=150, rescale=0):
        super().__init__(("abs",), window, centre=centre, width=width, rescale=rescale)
