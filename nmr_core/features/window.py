"""The points around the echo."""

from nmr_core.features.raw import Raw


class Window(Raw):
    """Re M and Im M at the points int(centre n_times) ± width: 2 × 300 of them unless the record ends before.

    Source: 2021 summer project, centre 2/3, width 150.
    """

    name = "window"

    def __init__(self, channels=("re", "im"), window=None, *, centre=2 / 3, width=150, rescale=0):
        super().__init__(channels, window, centre=centre, width=width, rescale=rescale)


class Magnitude(Raw):
    """abs(M) at the points int(centre n_times) ± width: the 300 published points.

    Source: 2021 summer project, centre 2/3, width 150; "rescale" divides each curve by its own maximum.
    """

    name = "magnitude"

    def __init__(self, window=None, *, centre=2 / 3, width=150, rescale=0):
        super().__init__(("abs",), window, centre=centre, width=width, rescale=rescale)
