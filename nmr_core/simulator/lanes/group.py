"""The arrays of one group of curves, and their step."""

import numpy as np

from nmr_core.simulator.lanes.layouts import Layout
from nmr_core.simulator.lanes.plan import plan
from nmr_core.simulator.lanes.step import START, STEP, SUM, advance
from nmr_core.simulator.lanes.width import WIDTH


class Group:
    """Lattices that are advanced together.

    Parameters
    ----------
    layout : Layout
        Their arrangement in memory.
    spectrum : array, (n_curves, n_x, n_y)
        Spectra of their kernels, real if all are even.
    coupled_z : bool
        Whether m_z couples.
    """

    def __init__(self, layout: Layout, spectrum: np.ndarray, coupled_z: bool):
        self.layout, self.dtype = layout, np.dtype(layout.dtype)
        n_x, n_y = spectrum.shape[1:]
        zeros = np.zeros(spectrum.shape, self.dtype)
        # All spins along +z
        self.spins = np.stack([layout.pack(zeros), layout.pack(zeros), layout.pack(zeros + 0.5)])
        self.field = np.zeros((4 if coupled_z else 2, self.spins.shape[1]), self.dtype)
        # The spectrum in the order of the transforms, with the 1/N of the inverse
        order_x, order_y = (plan(n, layout.dtype).order for n in (n_x, n_y))
        ordered = spectrum[:, order_x][:, :, order_y] / (n_x * n_y)
        parts = (ordered.real, ordered.imag) if np.iscomplexobj(ordered) else (ordered,)
        self.kernel = np.stack([layout.pack_spectrum(part) for part in parts])
        crossed_size = self.kernel.shape[1] if layout.single else 1
        self.crossed = np.zeros((2, crossed_size), self.dtype)
        self.work = np.zeros(2 * layout.n_lanes**2 if layout.single else 0, self.dtype)
        self.total = np.zeros((2, layout.n_lanes), self.dtype)
        self._axes = layout.rows, layout.columns

    def advance(self, part: int, delta: np.ndarray, values: np.ndarray, most: int) -> None:
        """Run a part of a step (:func:`.step.advance`)."""
        advance(
            self.spins,
            self.field,
            self.crossed,
            delta,
            self.kernel,
            values,
            self.total,
            *self._axes,
            self.work,
            most,
            part,
            WIDTH,
        )
