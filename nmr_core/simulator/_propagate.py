"""One time step of every spin: jitted functions of arrays.

Over a step the field is constant, so the polarisation m obeys dm/ds = A m + g with

        ( -R2   wz  -wy )                                      R2 = (gamma_1 + gamma_2 + gamma_3)/2
    A = ( -wz  -R2   wx ) ,    g = (0, 0, (gamma_1 - gamma_2)/2) ,    R1 = gamma_1 + gamma_2
        (  wy  -wx  -R1 )

and its exact solution is m + phi(A)(A m + g), phi(A) = sum_n A^n/(n+1)!. By Cayley-Hamilton
A^3 = -a A^2 - b A - c with the coefficients of the characteristic polynomial of A, so that Horner's
rule needs three numbers per term and no trigonometry, and the loop over spins vectorises. No
fast-math: the same bits on every processor.
"""

import math

from nmr_core.compilation import COMPILING, compiled

MAX_NORM = 0.75
"""Largest |A| of one (sub)step."""

TERMS = {"float32": 9, "float64": 17}
"""Terms of phi for each precision; the remainder MAX_NORM^n/(n+1)! is 2e-8 and 1e-18."""

PHI = {name: tuple(1 / math.factorial(n + 1) for n in range(TERMS[name])) for name in TERMS}
"""Coefficients 1/(n+1)! of phi(A) for each precision."""


def _make(precision: str):
    """The jitted step of "float32" or "float64"."""
    n_terms, phi = TERMS[precision], PHI[precision]

    @compiled(progress=COMPILING, nogil=True, error_model="numpy")
    def rotate(m, mz, B, Bz, delta, couplings, R2, R1, g, n_sub):
        """Advance all spins by one step, in place.

        Parameters
        ----------
        m, B : float array, (n_curves, 2 n)
            x and y of polarisation and mean field, interleaved.
        mz, Bz, delta : float array, (n_curves, n)
            z of polarisation and mean field; offset times the substep. One row of Bz may serve
            all curves.
        couplings : float array, (n_curves, 4)
            c_xx, c_xy, c_yy and c_zz of omega = (c_xx B_x + c_xy B_y, c_xy B_x + c_yy B_y,
            delta + c_zz B_z), times the substep.
        R2, R1, g : float array, (n_curves,)
            Transverse rate, longitudinal rate and drive, times the substep.
        n_sub : int array, (n_curves,)
            Substeps, each a converged series.
        """
        f = delta.dtype.type
        for i in range(delta.shape[0]):
            c_xx, c_xy = couplings[i, 0], couplings[i, 1]
            c_yy, c_zz = couplings[i, 2], couplings[i, 3]
            r2, r1, drive = R2[i], R1[i], g[i]

            # Characteristic polynomial of A, lambda^3 + a lambda^2 + b lambda + c: common terms
            a = r2 + r2 + r1
            b_rates = r2 * r2 + f(2) * r1 * r2
            c_rates = r1 * r2 * r2

            spin_xy, spin_z, field_xy, field_z = m[i], mz[i], B[i], Bz[i % Bz.shape[0]]
            offset = delta[i]
            for _ in range(n_sub[i]):
                for j in range(offset.shape[0]):
                    x = spin_xy[2 * j]
                    y = spin_xy[2 * j + 1]
                    z = spin_z[j]

                    # Angular velocity of this spin
                    B_x = field_xy[2 * j]
                    B_y = field_xy[2 * j + 1]
                    w_x = c_xx * B_x + c_xy * B_y
                    w_y = c_xy * B_x + c_yy * B_y
                    w_z = offset[j] + c_zz * field_z[j]

                    # Terms of the characteristic polynomial that differ from spin to spin
                    w_perp2 = w_x * w_x + w_y * w_y
                    w_z2 = w_z * w_z
                    b = b_rates + w_perp2 + w_z2
                    c = c_rates + r2 * w_perp2 + r1 * w_z2

                    # phi(A) = p0 + p1 A + p2 A^2, by Horner's rule with A^3 = -a A^2 - b A - c
                    p0 = f(phi[n_terms - 1])
                    p1 = f(0)
                    p2 = f(0)
                    for t in range(n_terms - 1):
                        p0, p1, p2 = f(phi[n_terms - 2 - t]) - c * p2, p0 - b * p2, p1 - a * p2

                    # u = A m + g, the rate of change
                    u_x = y * w_z - z * w_y - r2 * x
                    u_y = z * w_x - x * w_z - r2 * y
                    u_z = x * w_y - y * w_x - r1 * z + drive

                    # A u
                    Au_x = u_y * w_z - u_z * w_y - r2 * u_x
                    Au_y = u_z * w_x - u_x * w_z - r2 * u_y
                    Au_z = u_x * w_y - u_y * w_x - r1 * u_z

                    # v = p1 u + p2 A u, so that phi(A) u = p0 u + A v
                    v_x = p1 * u_x + p2 * Au_x
                    v_y = p1 * u_y + p2 * Au_y
                    v_z = p1 * u_z + p2 * Au_z

                    # m + phi(A) u
                    spin_xy[2 * j] = x + p0 * u_x + v_y * w_z - v_z * w_y - r2 * v_x
                    spin_xy[2 * j + 1] = y + p0 * u_y + v_z * w_x - v_x * w_z - r2 * v_y
                    spin_z[j] = z + p0 * u_z + v_x * w_y - v_y * w_x - r1 * v_z

    return rotate


rotate_float32 = _make("float32")
rotate_float64 = _make("float64")


@compiled(nogil=True)
def weigh(spectra, weights):
    """Multiply complex spectra (n_curves, n) by weights of the same shape, in place."""
    for i in range(spectra.shape[0]):
        spectrum, weight = spectra[i], weights[i]
        for j in range(spectrum.shape[0]):
            spectrum[j] *= weight[j]
