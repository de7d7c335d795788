"""How fast the simulator is, in ratios measured in one run: to its own FFTs, plain NumPy, the reference algorithm."""

import os
import platform
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from time import perf_counter

import numpy as np
import psutil
import scipy.fft
from joblib import Parallel, delayed

from nmr_core.datasets.generate import simulate_samples
from nmr_core.datasets.manifest import versions
from nmr_core.experiment import Experiment
from nmr_core.features import Polynomial
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.presets import preset as named_preset
from nmr_core.progress import Progress, silent
from nmr_core.simulator.batch import batch_size, simulate_batch
from nmr_core.simulator.offsets import draw_offsets
from nmr_core.simulator.reference import IX, dense_step, local_field, plain_echo

PRESET = "ml4sci_2020"
N_CURVES = Parameter("n_curves", "n", "curves", 1, 100_000, 64, integer=True, description="Curves a round.")
REPEATS = Parameter("repeats", "repeats", "rounds", 1, 100, 3, integer=True, description="Rounds; the shortest counts.")
PATCH = 12
"""The ``expm`` of the reference algorithm is timed on at most PATCH × PATCH spins."""
PAIRS = 2500**2
"""Its pair sum is timed on about this many pairs of the full lattice."""
FEATURE_CURVES, FEATURE_POINTS, FITTED_CURVES = 10_000, 300, 100


@dataclass(frozen=True)
class Benchmark:
    """What one run measured; each time is the shortest of its rounds.

    echo_ms, fft_ms, plain_ms : ms an echo and core: the batch path (float32), its FFTs alone, the plain NumPy-FFT loop
    pairs_ms, expm_ms         : ms a step of the reference algorithm on the whole lattice: pair sum, 4 × 4 expm
    pair_rows, expm_spins     : how many of the n_x rows of pairs, and of the N spins, were timed for them
    one_s, two_s              : s for 2 n_curves curves of a data set in one process, and in two
    features_s, polyfit_s     : s for FEATURE_CURVES curves; the loop over polyfit was timed on FITTED_CURVES
    memory_mb, worker_mb      : peak memory of this process since it started, and of the larger worker process
    busy_percent              : share of all cores that other programs took meanwhile; above a few, measure again
    """

    n_x: int
    n_y: int
    n_steps: int
    n_curves: int
    repeats: int
    echo_ms: float
    fft_ms: float
    plain_ms: float
    pairs_ms: float
    expm_ms: float
    pair_rows: int
    expm_spins: int
    one_s: float
    two_s: float
    features_s: float
    polyfit_s: float
    memory_mb: float
    worker_mb: float
    busy_percent: float
    machine: str

    @property
    def reference_s(self) -> float:
        """s an echo of the reference algorithm: one step, extrapolated to all of them."""
        return self.n_steps * (self.pairs_ms + self.expm_ms) / 1e3

    @property
    def ratios(self) -> dict[str, float]:
        """Name -> ratio; only the first is better when it is small (1 = nothing but FFTs)."""
        return {"echo_over_fft": self.echo_ms / self.fft_ms, "plain_over_echo": self.plain_ms / self.echo_ms,
                "reference_over_echo": 1e3 * self.reference_s / self.echo_ms, "one_over_two": self.one_s / self.two_s,
                "polyfit_over_features": self.polyfit_s / self.features_s}

    def to_dict(self) -> dict:
        """Every field, ``reference_s`` and ``ratios``: plain numbers and texts, for JSON."""
        return asdict(self) | {"reference_s": self.reference_s, "curves_per_s": 2 * self.n_curves / self.one_s,
                               "ratios": self.ratios}

    def __str__(self) -> str:
        """The table: ratios first, what each was made of beside it, then what was extrapolated."""
        r, spins = self.ratios, self.n_x * self.n_y
        rows = (
            ("batch path / its FFTs alone", f"{r['echo_over_fft']:.2f}",
             f"{self.echo_ms:.3g} / {self.fft_ms:.3g} ms an echo; 1 would be nothing but FFTs"),
            ("plain NumPy-FFT loop / batch path", f"{r['plain_over_echo']:,.1f}",
             f"{self.plain_ms:.3g} / {self.echo_ms:.3g} ms an echo"),
            ("reference algorithm / batch path *", f"{r['reference_over_echo']:,.0f}",
             f"{self.reference_s:,.3g} s / {self.echo_ms:.3g} ms an echo"),
            ("one process / two processes", f"{r['one_over_two']:.2f}",
             f"{self.one_s:.3g} / {self.two_s:.3g} s for {2 * self.n_curves:,} curves; 2 is the most"),
            ("polyfit loop / polynomial features *", f"{r['polyfit_over_features']:,.0f}",
             f"{self.polyfit_s:.3g} / {self.features_s:.3g} s for {FEATURE_CURVES:,} curves × {FEATURE_POINTS} points"),
            ("curves a second, one process", f"{2 * self.n_curves / self.one_s:,.0f}",
             "parameters and offsets drawn, simulated, tabulated"),
            ("peak memory, MB", f"{self.memory_mb:,.0f}", f"this process; {self.worker_mb:,.0f} MB the larger worker"))
        return "\n".join([
            f"Preset {PRESET}, {self.n_x} × {self.n_y} spins, {self.n_steps} steps, float32, one core.",
            f"Each time is the shortest of its rounds; what is compared took turns (A B A B). Other programs took "
            f"{self.busy_percent:.0f} % of the cores.",
            self.machine, "",
            *(f"{name:<38}{value:>9}   {detail}" for name, value, detail in rows), "",
            f"* Extrapolated. Reference algorithm: a step's pair sum ({self.pairs_ms:,.1f} ms), timed on the full "
            f"lattice for {self.pair_rows} of {self.n_x}",
            f"  rows of offsets, plus its expm ({self.expm_ms:,.1f} ms), timed for {self.expm_spins} of {spins:,} "
            f"spins; times {self.n_steps} steps.",
            f"  Polyfit loop: timed on {FITTED_CURVES} curves, times {FEATURE_CURVES // FITTED_CURVES}."])


def run_benchmark(*, n_x: int = 50, n_y: int = 50, n_curves: int = 64, repeats: int = 3,
                  progress: Progress = silent) -> Benchmark:
    """Measure everything in one run (about 15 s with the defaults); compiling is not counted.

    n_curves : curves a round, rounded up to whole batches of the simulator
    repeats  : rounds of everything
    """
    preset = named_preset(PRESET).hold(n_x=n_x, n_y=n_y)
    sample, n_steps = preset.build().sample, 3 * preset.build().protocol.n_tau
    size = batch_size(sample.n_sites)
    n_curves, repeats = -(-N_CURVES.check(n_curves) // size) * size, REPEATS.check(repeats)
    psutil.cpu_percent()
    begin, own = perf_counter(), _cpu_seconds()
    stages = (_echoes, _reference, _processes, _features)
    found = {}
    for done, stage in enumerate(stages):
        progress(done, len(stages), f"measuring {stage.__name__.strip('_')}")
        found |= stage(preset, n_curves, repeats)
    progress(len(stages), len(stages), "measured")
    ours = 100 * (_cpu_seconds() - own) / (perf_counter() - begin) / (os.cpu_count() or 1)
    return Benchmark(sample.n_x, sample.n_y, n_steps, n_curves, repeats, memory_mb=peak_memory() / 1e6,
                     busy_percent=min(100.0, max(0.0, psutil.cpu_percent() - ours)), machine=machine(), **found)


def _cpu_seconds() -> float:
    """Processor time of this process and of its workers so far, s."""
    this, total = psutil.Process(), 0.0
    for process in (this, *this.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def _shortest(rounds: int, **tasks: Callable[[], object]) -> dict[str, float]:
    """Shortest time of each task in s; the tasks take turns, so that a slow moment of the machine hits all of them."""
    best = dict.fromkeys(tasks, np.inf)
    for _ in range(rounds):
        for name, task in tasks.items():
            start = perf_counter()
            task()
            best[name] = min(best[name], perf_counter() - start)
    return best


def _drawn(preset: Preset, n: int) -> list[Experiment]:
    return [preset.build(**preset.draw(np.random.default_rng([0, k, 0]))) for k in range(n)]


def _echoes(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """The batch path, the FFTs it cannot do without (as many, as large, nothing between them), the plain loop."""
    sample, n_steps = preset.build().sample, 3 * preset.build().protocol.n_tau
    size = batch_size(sample.n_sites)
    starts, experiments = cycle(range(0, n_curves, size)), _drawn(preset, n_curves)
    m = np.random.default_rng(0).normal(size=(2, size, sample.n_x, sample.n_y)).astype(np.float32)
    m = m[0] + 1j * m[1]
    offsets = draw_offsets(sample, 0)

    def echo():
        start = next(starts)
        simulate_batch(experiments[start:start + size], [[0, k, 1] for k in range(start, start + size)])

    def fft():
        for _ in range(n_steps):
            spectra = scipy.fft.fft2(m, axes=(1, 2), workers=1)
            scipy.fft.ifft2(spectra, axes=(1, 2), overwrite_x=True, workers=1)

    echo()
    best = _shortest(n_curves // size * repeats, echo=echo, fft=fft, plain=lambda: plain_echo(experiments[0], offsets))
    return {"echo_ms": 1e3 * best["echo"] / size, "fft_ms": 1e3 * best["fft"] / size, "plain_ms": 1e3 * best["plain"]}


def _reference(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """One step's parts. All pairs cost the same on one lattice (a smaller one would time Python calls, not pairs)."""
    experiment = preset.build()
    sample, K, delta = experiment.sample, experiment.interaction, draw_offsets(experiment.sample, 0)
    rows = max(1, min(sample.n_x, round(PAIRS / (sample.n_y * sample.n_sites))))
    m = np.random.default_rng(0).normal(size=(sample.n_x, sample.n_y, 3))
    patch = delta[:PATCH, :PATCH]
    rho = np.tile(np.eye(2) / 2 + IX, (*patch.shape, 1, 1)).astype(complex)
    best = _shortest(repeats, pairs=lambda: local_field(K[:rows], m),
                     expm=lambda: dense_step(rho, K[:1, :1], patch, experiment))
    return {"pairs_ms": 1e3 * best["pairs"] * sample.n_x / rows, "pair_rows": rows,
            "expm_ms": 1e3 * best["expm"] * sample.n_sites / patch.size, "expm_spins": patch.size}


def _work(preset: Preset, start: int, stop: int) -> tuple[int, int]:
    """Simulate some samples; the worker's process id and its peak memory."""
    simulate_samples(preset, 0, start, stop)
    return os.getpid(), peak_memory()


def _processes(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """One process against two that have simulated before, on 2 n_curves curves."""
    halves = [delayed(_work)(preset, k * n_curves, (k + 1) * n_curves) for k in range(2)]
    peak = 0
    with Parallel(n_jobs=2, backend="loky", batch_size=1) as pool:
        for _ in range(20):
            if len({pid for pid, _ in pool(delayed(_work)(preset, 0, 1) for _ in range(2))}) == 2:
                break

        def two():
            nonlocal peak
            peak = max(peak, *(memory for _, memory in pool(halves)))

        best = _shortest(repeats, one_s=lambda: _work(preset, 0, 2 * n_curves), two_s=two)
    return best | {"worker_mb": peak / 1e6}


def _features(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """The 2021 features of |M| (76 a curve) as a matrix product, and as a loop over ``polyfit``."""
    rng = np.random.default_rng(0)
    curves = rng.normal(size=(FEATURE_CURVES, FEATURE_POINTS)).astype(np.complex64)
    featurizer = Polynomial(channels=("abs",)).fit(curves)

    def loop():
        for curve in np.abs(curves[:FITTED_CURVES]):
            for n_split in featurizer.n_splits:
                for part in np.array_split(curve, n_split):
                    np.polyfit(np.arange(len(part)) - len(part) // 2, part, featurizer.order)

    best = _shortest(repeats, features=lambda: featurizer.transform(curves), polyfit=loop)
    return {"features_s": best["features"], "polyfit_s": best["polyfit"] * FEATURE_CURVES / FITTED_CURVES}


def peak_memory() -> int:
    """Largest resident memory of this process so far, bytes.

    Linux: VmHWM, because ru_maxrss of a process that was forked and has exec'd includes its parent's memory."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return 1024 * int(status.split("VmHWM:")[1].split()[0])
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def machine() -> str:
    """Processor, cores, system and versions, in one line."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        cpu = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), cpu)
    libraries = ", ".join(f"{name} {number}" for name, number in versions().items() if name != "spin-echo-lab")
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; {libraries}"
