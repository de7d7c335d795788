"""Time steps of lattices, each number of a vector a curve (or a site) of its own.

The processor computes with vectors of 4 to 16 numbers at once. Here every lane of a vector belongs
to another curve, so that no operation ever mixes lanes: transforms and rotations read like those of
single numbers. Spectra stay in the order in which the transform leaves them, and transforms,
weights and rotation are fused to two passes over the lattice per step.

From the bottom up:

- width.py: how many lanes this processor has
- vector.py: the type of a vector and its arithmetic
- plan.py, radix2.py to radix7.py, factors.py, transforms.py: transforms of length 2^a 3^b 5^c 7^d
- series.py, bloch.py: the exact step of a spin
- columns.py, rows.py, transpose.py, step.py: a step of a group of lattices, one compiled function
- layout.py: where sites lie in memory, a curve per lane or a lattice whose neighbouring sites share
  a vector
- group.py, spins.py: arrays of a group, and the spins of a batch
"""
