"""What one run of the benchmark measured: numbers, ratios, and a table of both."""

from dataclasses import asdict, dataclass

from nmr_core.benchmark.echoes import LARGER, MORE
from nmr_core.benchmark.features import FEATURE_CURVES, FEATURE_POINTS, FITTED_CURVES
from nmr_core.benchmark.sizes import LatticeSize

PRESET = "ml4sci_2020"


@dataclass(frozen=True)
class Benchmark:
    """What one run measured; each time is the shortest of its rounds.

    echo_ms, fft_ms, plain_ms : ms per echo and core: the batch path (float32), its FFTs alone, the plain NumPy-FFT loop
    midpoint_ms               : ms per echo with the second-order integrator
    larger_echo_ms, larger_fft_ms : the first two on 2 n_x × 2 n_y spins
    few_ms, many_ms           : ms per curve when ``few`` curves are asked for, and 4 times as many
    sizes                     : a step of lattices of growing size
    pairs_ms, expm_ms         : ms per step of the reference algorithm on the whole lattice: pair sum, 4 × 4 expm
    pair_rows, expm_spins     : how many of the n_x rows of pairs, and of the N spins, were timed for them
    one_s, two_s              : s for 2 n_curves curves of a data set in one process, and in two
    fresh_s, fresh_inside_s   : s of a fresh process with one echo: as a whole, and from its first import on
    import_ms                 : ms of ``import nmr_core`` in it
    features_s, polyfit_s     : s for FEATURE_CURVES curves; the loop over polyfit was timed on FITTED_CURVES
    memory_mb, worker_mb      : peak memory of this process since it started, and of the larger worker process
    busy_percent              : fraction of all cores that other programs took meanwhile; above a few, measure again
    seconds                   : s of the whole run
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
    busy_percent: float
    seconds: float
    machine: str

    @property
    def reference_s(self) -> float:
        """s an echo of the reference algorithm: one step, extrapolated to all of them."""
        return self.n_steps * (self.pairs_ms + self.expm_ms) / 1e3

    @property
    def ratios(self) -> dict[str, float]:
        """Name -> ratio. Better when small: echo_over_fft and larger_echo_over_fft (1 = nothing but FFTs), midpoint_over_euler
        (2 = twice the fields), many_over_few (1 = linear); the others when large."""
        return {
            "echo_over_fft": self.echo_ms / self.fft_ms,
            "larger_echo_over_fft": self.larger_echo_ms / self.larger_fft_ms,
            "plain_over_echo": self.plain_ms / self.echo_ms,
            "reference_over_echo": 1e3 * self.reference_s / self.echo_ms,
            "midpoint_over_euler": self.midpoint_ms / self.echo_ms,
            "many_over_few": self.many_ms / self.few_ms,
            "one_over_two": self.one_s / self.two_s,
            "polyfit_over_features": self.polyfit_s / self.features_s,
        }

    def to_dict(self) -> dict:
        """Every field, ``reference_s``, ``curves_per_s`` and ``ratios``: plain numbers and texts, for JSON."""
        return asdict(self) | {
            "sizes": [asdict(size) | {"spin_step_ns": size.spin_step_ns} for size in self.sizes],
            "reference_s": self.reference_s,
            "curves_per_s": 2 * self.n_curves / self.one_s,
            "ratios": self.ratios,
        }

    def __str__(self) -> str:
        """The table: ratios first, what each was made of beside it, then sizes, then what was extrapolated."""
        spins = self.n_x * self.n_y
        return "\n".join(
            [
                f"Preset {PRESET}, {self.n_x} × {self.n_y} spins, {self.n_steps} steps, float32, one core; {self.seconds:.0f} s.",
                f"Each time is the shortest of its rounds; what is compared took turns (A B A B). Other programs took "
                f"{self.busy_percent:.0f} % of the cores.",
                self.machine,
                "",
                *(f"{name:<44}{value:>9}   {detail}" for name, value, detail in self._rows()),
                "",
                size_table(self.sizes),
                "",
                f"* Extrapolated. Reference algorithm: a step's pair sum ({self.pairs_ms:,.1f} ms), timed on the full "
                f"lattice for {self.pair_rows} of {self.n_x}",
                f"  rows of offsets, plus its expm ({self.expm_ms:,.1f} ms), timed for {self.expm_spins} of {spins:,} "
                f"spins; times {self.n_steps} steps.",
                f"  Polyfit loop: timed on {FITTED_CURVES} curves, times {FEATURE_CURVES // FITTED_CURVES}.",
            ]
        )

    def _rows(self) -> list[tuple[str, str, str]]:
        r = self.ratios
        return [
            (
                "batch path / its FFTs alone",
                f"{r['echo_over_fft']:.2f}",
                f"{self.echo_ms:.3g} / {self.fft_ms:.3g} ms per echo; 1 would be nothing but FFTs",
            ),
            (
                f"the same on {LARGER * self.n_x} × {LARGER * self.n_y} spins",
                f"{r['larger_echo_over_fft']:.2f}",
                f"{self.larger_echo_ms:.3g} / {self.larger_fft_ms:.3g} ms per echo",
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
                f"{self.midpoint_ms:.3g} / {self.echo_ms:.3g} ms per echo; two fields a step instead of one",
            ),
            (
                f"a curve of {MORE * self.few:,} / a curve of {self.few:,}",
                f"{r['many_over_few']:.3f}",
                f"{self.many_ms:.3g} / {self.few_ms:.3g} ms per curve; 1 is linear",
            ),
            (
                "one process / two processes",
                f"{r['one_over_two']:.2f}",
                f"{self.one_s:.3g} / {self.two_s:.3g} s for {2 * self.n_curves:,} curves; 2 is the most",
            ),
            (
                "polyfit loop / polynomial features *",
                f"{r['polyfit_over_features']:,.0f}",
                f"{self.polyfit_s:.3g} / {self.features_s:.3g} s for {FEATURE_CURVES:,} curves × {FEATURE_POINTS} points",
            ),
            (
                "curves per second, one process",
                f"{2 * self.n_curves / self.one_s:,.0f}",
                "parameters and offsets drawn, simulated",
            ),
            (
                "first echo of a fresh process, s",
                f"{self.fresh_s:.2f}",
                f"float64; {self.fresh_inside_s:.2f} s from its first import on, of these import nmr_core {self.import_ms:.1f} ms",
            ),
            (
                "peak memory, MB",
                f"{self.memory_mb:,.0f}",
                f"this process; {self.worker_mb:,.0f} MB the larger worker",
            ),
        ]


def size_table(sizes: tuple[LatticeSize, ...]) -> str:
    """A step of every lattice, in aligned columns."""
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
    header = ("spins", "a step, µs", "its FFTs, µs", "ratio", "ns a step and spin", "over N log N")
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in (header, *rows)
    )
