"""Result of the benchmark: times, ratios and a table of both."""

from dataclasses import asdict, dataclass

from nmr_core.benchmark.echoes import LARGER, MORE
from nmr_core.benchmark.features import FEATURE_CURVES, FEATURE_POINTS, FITTED_CURVES
from nmr_core.benchmark.sizes import LatticeSize

PRESET = "ml4sci_2020_secular"


@dataclass(frozen=True)
class Benchmark:
    """Times of one run, each the shortest of its rounds.

    Attributes
    ----------
    n_x, n_y, n_steps, n_curves, repeats : int
        Size of the lattice, steps of an echo, curves per round, rounds.
    echo_ms, fft_ms, plain_ms : float
        Per echo and core: batch path (float32), scipy's FFTs alone, plain NumPy-FFT loop.
    midpoint_ms : float
        Per echo with the second-order integrator.
    larger_echo_ms, larger_fft_ms : float
        Batch path and FFTs on 2 n_x × 2 n_y spins.
    z_echo_ms, z_fft_ms : float
        Batch path with alpha_z, and scipy's FFTs of its steps.
    alone_ms : float
        One echo alone, in double precision.
    few, few_ms, many_ms : int, float
        Per curve, for ``few`` curves and for 4 times as many.
    sizes : tuple of LatticeSize
        A step on lattices of growing size.
    pairs_ms, expm_ms : float
        Per step of the reference algorithm on the whole lattice: pair sum, 4 × 4 expm.
    pair_rows, expm_spins : int
        Rows of pairs (of n_x) and spins (of N) that were timed for them.
    one_s, two_s : float
        2 n_curves curves of a data set in one process, and in two.
    fresh_s, fresh_inside_s, import_ms : float
        A fresh process with one echo: in all, from its first import on, and ``import nmr_core``.
    features_s, polyfit_s : float
        Features of FEATURE_CURVES curves; the polyfit loop was timed on FITTED_CURVES.
    memory_mb, worker_mb : float
        Peak memory of this process, and of the larger worker.
    n_lanes : int
        Numbers in a vector of float32.
    busy_percent : float
        Percentage of all cores that other programs used; above a few, measure again.
    seconds : float
        Duration of the run.
    machine : str
    """

    n_x: int
    n_y: int
    n_steps: int
    n_curves: int
    repeats: int
    echo_ms: float
    fft_ms: float
    midpoint_ms: float
    plain_ms: float
    larger_echo_ms: float
    larger_fft_ms: float
    z_echo_ms: float
    z_fft_ms: float
    alone_ms: float
    few: int
    few_ms: float
    many_ms: float
    sizes: tuple[LatticeSize, ...]
    pairs_ms: float
    expm_ms: float
    pair_rows: int
    expm_spins: int
    one_s: float
    two_s: float
    fresh_s: float
    fresh_inside_s: float
    import_ms: float
    features_s: float
    polyfit_s: float
    memory_mb: float
    worker_mb: float
    n_lanes: int
    busy_percent: float
    seconds: float
    machine: str

    @property
    def reference_s(self) -> float:
        """Time per echo of the reference algorithm, s, extrapolated from one step."""
        return self.n_steps * (self.pairs_ms + self.expm_ms) / 1e3

    @property
    def ratios(self) -> dict[str, float]:
        """Ratios by name.

        Small is better for echo_over_fft, larger_echo_over_fft and z_echo_over_fft (1: as long as
        scipy's FFTs alone), alone_over_echo (an echo alone over one of a batch),
        midpoint_over_euler (2: twice the fields) and many_over_few (1: linear); large is better
        for the others.
        """
        return {
            "echo_over_fft": self.echo_ms / self.fft_ms,
            "larger_echo_over_fft": self.larger_echo_ms / self.larger_fft_ms,
            "z_echo_over_fft": self.z_echo_ms / self.z_fft_ms,
            "alone_over_echo": self.alone_ms / self.echo_ms,
            "plain_over_echo": self.plain_ms / self.echo_ms,
            "reference_over_echo": 1e3 * self.reference_s / self.echo_ms,
            "midpoint_over_euler": self.midpoint_ms / self.echo_ms,
            "many_over_few": self.many_ms / self.few_ms,
            "one_over_two": self.one_s / self.two_s,
            "polyfit_over_features": self.polyfit_s / self.features_s,
        }

    def to_dict(self) -> dict:
        """All fields, ``reference_s``, ``curves_per_s`` and ``ratios`` as JSON values."""
        return asdict(self) | {
            "sizes": [asdict(size) | {"spin_step_ns": size.spin_step_ns} for size in self.sizes],
            "reference_s": self.reference_s,
            "curves_per_s": 2 * self.n_curves / self.one_s,
            "ratios": self.ratios,
        }

    def __str__(self) -> str:
        """Table of the ratios with their times, of the lattice sizes, and of extrapolations."""
        spins = self.n_x * self.n_y
        return "\n".join(
            [
                f"Preset {PRESET}, {self.n_x} × {self.n_y} spins, {self.n_steps} steps, float32 in "
                f"vectors of {self.n_lanes}, one core; {self.seconds:.0f} s.",
                "Each time is the shortest of its rounds; what is compared took turns (A B A B). "
                f"Other programs took {self.busy_percent:.0f} % of the cores.",
                self.machine,
                "",
                *(f"{name:<44}{value:>9}   {detail}" for name, value, detail in self._rows()),
                "",
                size_table(self.sizes),
                "",
                "* Extrapolated. Reference algorithm: a step's pair sum "
                f"({self.pairs_ms:,.1f} ms), timed on the full lattice for "
                f"{self.pair_rows} of {self.n_x}",
                f"  rows of offsets, plus its expm ({self.expm_ms:,.1f} ms), timed for "
                f"{self.expm_spins} of {spins:,} spins; times {self.n_steps} steps.",
                f"  Polyfit loop: timed on {FITTED_CURVES} curves, times "
                f"{FEATURE_CURVES // FITTED_CURVES}.",
            ]
        )

    def _rows(self) -> list[tuple[str, str, str]]:
        r = self.ratios
        return [
            (
                "batch path / scipy's FFTs alone",
                f"{r['echo_over_fft']:.2f}",
                f"{self.echo_ms:.3g} / {self.fft_ms:.3g} ms per echo",
            ),
            (
                f"the same on {LARGER * self.n_x} × {LARGER * self.n_y} spins",
                f"{r['larger_echo_over_fft']:.2f}",
                f"{self.larger_echo_ms:.3g} / {self.larger_fft_ms:.3g} ms per echo",
            ),
            (
                "with alpha_z / its FFTs alone",
                f"{r['z_echo_over_fft']:.2f}",
                f"{self.z_echo_ms:.3g} / {self.z_fft_ms:.3g} ms per echo",
            ),
            (
                "one echo alone / an echo of a batch",
                f"{r['alone_over_echo']:.1f}",
                f"{self.alone_ms:.3g} / {self.echo_ms:.3g} ms; alone in double precision",
            ),
            (
                "plain NumPy-FFT loop / batch path",
                f"{r['plain_over_echo']:,.1f}",
                f"{self.plain_ms:.3g} / {self.echo_ms:.3g} ms per echo",
            ),
            (
                "reference algorithm / batch path *",
                f"{r['reference_over_echo']:,.0f}",
                f"{self.reference_s:,.3g} s / {self.echo_ms:.3g} ms per echo",
            ),
            (
                "second order in time / first order",
                f"{r['midpoint_over_euler']:.2f}",
                f"{self.midpoint_ms:.3g} / {self.echo_ms:.3g} ms per echo; two fields per step "
                "instead of one",
            ),
            (
                f"a curve of {MORE * self.few:,} / a curve of {self.few:,}",
                f"{r['many_over_few']:.3f}",
                f"{self.many_ms:.3g} / {self.few_ms:.3g} ms per curve; 1 is linear",
            ),
            (
                "one process / two processes",
                f"{r['one_over_two']:.2f}",
                f"{self.one_s:.3g} / {self.two_s:.3g} s for {2 * self.n_curves:,} curves; 2 is the "
                "most",
            ),
            (
                "polyfit loop / polynomial features *",
                f"{r['polyfit_over_features']:,.0f}",
                f"{self.polyfit_s:.3g} / {self.features_s:.3g} s for {FEATURE_CURVES:,} curves × "
                f"{FEATURE_POINTS} points",
            ),
            (
                "curves per second, one process",
                f"{2 * self.n_curves / self.one_s:,.0f}",
                "parameters and offsets drawn, simulated",
            ),
            (
                "first echo of a fresh process, s",
                f"{self.fresh_s:.2f}",
                f"float64; {self.fresh_inside_s:.2f} s from its first import on, of these import "
                f"nmr_core {self.import_ms:.1f} ms",
            ),
            (
                "peak memory, MB",
                f"{self.memory_mb:,.0f}",
                f"this process; {self.worker_mb:,.0f} MB the larger worker",
            ),
        ]


def size_table(sizes: tuple[LatticeSize, ...]) -> str:
    """Table of a step on every lattice."""
    rows = [
        (
            f"{s.side} × {s.side}",
            f"{s.step_us:,.4g}",
            f"{s.fft_us:,.4g}",
            f"{s.step_us / s.fft_us:.2f}",
            f"{s.spin_step_ns:.2f}",
            f"{s.over_n_log_n:.2f}",
        )
        for s in sizes
    ]
    header = (
        "spins",
        "a step, µs",
        "scipy's FFTs, µs",
        "ratio",
        "ns per step and spin",
        "over N log N",
    )
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in (header, *rows)
    )
