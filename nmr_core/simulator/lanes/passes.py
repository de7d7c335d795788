"""A time step of lattices in two passes, each in the first-level cache.

The mean field is B = F^-1 [K^ F m], F the transform along y and then along x. Of a step
m -> m(B) everything along y belongs to one row of the lattice, everything along x to one column:

- columns: F_x, times the spectrum of the kernel, F_x^-1
- rows: F_y^-1, the spins advance under B, F_y

so that ``field`` holds F_y m between two steps. m_z, if it couples, is transformed alike.

Arrays are flat; ``shape`` says where rows and columns lie in them (:mod:`.layouts`).
"""

import numba

from nmr_core.simulator.lanes.bloch import advanced
from nmr_core.simulator.lanes.transforms import forward, inverse
from nmr_core.simulator.lanes.vector import fma, fnma, load, pointer, spread, store
