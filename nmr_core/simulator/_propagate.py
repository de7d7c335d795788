"""One time step of every spin, jitted: arrays in, arrays out, nothing else.

Over a step the field is constant, so the polarisation m obeys dm/ds = A m + g with

        ( -R2   wz  -wy )                                      R2 = (gamma_1 + gamma_2 + gamma_3)/2
    A = ( -wz  -R2   wx ) ,    g = (0, 0, (gamma_1 - gamma_2)/2) ,    R1 = gamma_1 + gamma_2
        (  wy  -wx  -R1 )

and its exact solution is m + phi(A)(A m + g), phi(A) = sum_n A^n/(n+1)!. By Cayley-Hamilton A^3 = -a A^2 - b A - c
(a, b, c: the coefficients of A's characteristic polynomial), so Horner's rule needs three numbers a term and no
trigonometry, and the loop over spins vectorises. No fast-math: the same bits on every processor.
"""

import math

import numba

MAX_NORM = 0.75
"""Largest |A| of one (sub)step; TERMS is enough for it at each precision (remainder MAX_NORM^n/(n+1)!: 2e-8, 1e-18)."""

TERMS = {"float32": 9, "float64": 17}


def _make(n_terms: int):
    phi = tuple(1 / math.factorial(n + 1) for n in range(n_terms))

    @numba.njit(nogil=True, cache=True, error_model="numpy")
    def rotate(m, mz, B, Bz, delta, alpha, R2, R1, g, n_sub):
        """Advance spins in place. (n_curves, 2 n) m and B: interleaved x, y; (n_curves, n) mz, Bz, delta;
        (n_curves, 3) alpha times the substep; (n_curves,) R2, R1, g times the substep; delta times the substep."""
        f = delta.dtype.type
        for i in range(delta.shape[0]):
            ax, ay, az = alpha[i, 0], alpha[i, 1], alpha[i, 2]
            r2, r1, drive = R2[i], R1[i], g[i]
            a = r2 + r2 + r1
            b0, c0 = r2 * r2 + f(2) * r1 * r2, r1 * r2 * r2
            xy, z, field, field_z, d = m[i], mz[i], B[i], Bz[i % Bz.shape[0]], delta[i]
            for _ in range(n_sub[i]):
                for j in range(d.shape[0]):
                    x, y, w = xy[2 * j], xy[2 * j + 1], z[j]
                    wx, wy, wz = ax * field[2 * j], ay * field[2 * j + 1], d[j] + az * field_z[j]
                    wp, wl = wx * wx + wy * wy, wz * wz
                    b, c = b0 + wp + wl, c0 + r2 * wp + r1 * wl
                    p0, p1, p2 = f(phi[n_terms - 1]), f(0), f(0)
                    for t in range(n_terms - 1):
                        p0, p1, p2 = f(phi[n_terms - 2 - t]) - c * p2, p0 - b * p2, p1 - a * p2
                    ux, uy, uz = (
                        y * wz - w * wy - r2 * x,
                        w * wx - x * wz - r2 * y,
                        x * wy - y * wx - r1 * w + drive,
                    )
                    vx, vy, vz = (
                        uy * wz - uz * wy - r2 * ux,
                        uz * wx - ux * wz - r2 * uy,
                        ux * wy - uy * wx - r1 * uz,
                    )
                    vx, vy, vz = p1 * ux + p2 * vx, p1 * uy + p2 * vy, p1 * uz + p2 * vz
                    xy[2 * j] = x + p0 * ux + vy * wz - vz * wy - r2 * vx
                    xy[2 * j + 1] = y + p0 * uy + vz * wx - vx * wz - r2 * vy
                    z[j] = w + p0 * uz + vx * wy - vy * wx - r1 * vz

    return rotate


rotate_float32 = _make(TERMS["float32"])
rotate_float64 = _make(TERMS["float64"])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def add_counter_rotating(B, alpha, across):
    """B[i] becomes alpha_x Re B + i alpha_y Im B + across[i] conj(B), in place: (n_curves, n) complex; alpha (n_curves, 3),
    across (n_curves,) complex."""
    for i in range(B.shape[0]):
        b, ax, ay, c = B[i], alpha[i, 0], alpha[i, 1], across[i]
        for j in range(b.shape[0]):
            b[j] = complex(ax * b[j].real, ay * b[j].imag) + c * b[j].conjugate()


@numba.njit(nogil=True, cache=True)
def weigh(spectra, weights):
    """spectra[i] *= weights[i], in place: (n_curves, n) complex times (n_curves, n) real or complex."""
    for i in range(spectra.shape[0]):
        s, w = spectra[i], weights[i]
        for j in range(s.shape[0]):
            s[j] *= w[j]
