"""Time per echo of every preset and of lattices of 16 × 16 to 512 × 512, before and after a change.

    python benchmarks/presets.py --before CHECKOUT    # another checkout, with the same environment

Both versions simulate the same experiments in turns, and scipy's FFTs of the same steps run beside
them; ratios are medians over the rounds. Writes results/presets.md.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from time import process_time

import numpy as np
import scipy.fft

ROOT = Path(__file__).parents[1]
SECULAR = "ml4sci_2020_secular"
SIDES = (16, 32, 64, 128, 256, 512)
CURVES_SITES = 250_000
"""Spins of one timed call, about: enough curves to fill batches, one on large lattices."""
FFT_SITES = 20_000


def cases() -> dict:
    """Name -> preset: all of them, and one on lattices of growing size."""
    from nmr_core import PRESETS, preset

    presets = dict(PRESETS)
    if SECULAR not in presets:  # versions up to 0.7
        secular = preset("ml4sci_2020")
        presets |= {SECULAR: secular, "ml4sci_2020": secular.fix(carrier=10.0)}
    sized = {f"{n} × {n}": presets[SECULAR].fix(n_x=n, n_y=n) for n in SIDES}
    return presets | sized


def fft_ms(sample, n_steps: int, coupled_z: bool) -> float:
    """Time per echo of scipy's FFTs alone, ms."""
    n_curves = max(1, min(32, FFT_SITES // sample.n_sites))
    shape = (n_curves, sample.n_x, sample.n_y)
    m = np.ones(shape, np.complex64)
    mz = np.ones(shape, np.float32)
    n_timed = max(1, min(n_steps, 4_000_000 // m.size))
    start = process_time()
    for _ in range(n_timed):
        spectra = scipy.fft.fft2(m, axes=(1, 2), workers=1)
        scipy.fft.ifft2(spectra, axes=(1, 2), overwrite_x=True, workers=1)
        if coupled_z:
            half = scipy.fft.rfft2(mz, axes=(1, 2), workers=1)
            scipy.fft.irfft2(half, s=shape[1:], axes=(1, 2), overwrite_x=True, workers=1)
    return 1e3 * (process_time() - start) / n_timed * n_steps / n_curves


def serve() -> None:
    """Answer each line {case} with times of its echo: JSON on one line."""
    sys.path.insert(0, os.getcwd())
    from nmr_core.integrators import INTEGRATORS
    from nmr_core.pulses import Steps
    from nmr_core.simulator import simulate_batch

    presets, drawn = cases(), {}
    for line in sys.stdin:
        name = line.strip()
        if name not in presets:
            print("null", flush=True)
            continue
        if name not in drawn:
            rng = np.random.default_rng(0)
            sites = presets[name].build().sample.n_sites
            n_curves = max(1, min(16, CURVES_SITES // sites))
            drawn[name] = [presets[name].draw_sample(rng).experiments[0] for _ in range(n_curves)]
            simulate_batch(drawn[name][:1], [0])
        experiments = drawn[name]
        steps = sum(e.n_steps for e in experiments[0].protocol.events if isinstance(e, Steps))
        start = process_time()
        simulate_batch(experiments, list(range(len(experiments))))
        ms = 1e3 * (process_time() - start) / len(experiments)
        first = experiments[0]
        coupled_z = any(e.alpha_z for e in experiments)
        # One mean field per step, two with the midpoint
        n_fields = INTEGRATORS[first.protocol.integrator].order
        fft = fft_ms(first.sample, n_fields * steps, coupled_z)
        sites = f"{first.sample.n_x} × {first.sample.n_y}"
        print(json.dumps([sites, steps, coupled_z, ms, fft]), flush=True)


def started(checkout: Path) -> subprocess.Popen:
    """This script as a server of one checkout."""
    return subprocess.Popen(
        [sys.executable, __file__, "--serve"],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ask(server: subprocess.Popen, name: str) -> list | None:
    """Times of one echo; None if this version does not have the preset."""
    server.stdin.write(name + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


def main() -> None:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path, required=True, help="checkout of another version")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    if "--serve" in sys.argv:
        return serve()
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from nmr_core.benchmark import machine

    before, after = started(args.before.resolve()), started(ROOT)
    lines = [
        "| preset | spins | steps | before, ms | after, ms | before / after | after / FFTs |",
        "|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines))
    for name in cases():
        if ask(before, name) is None:
            continue
        rows = [(ask(before, name), ask(after, name)) for _ in range(args.repeats)]
        sites, steps, coupled_z = rows[0][1][:3]
        old, new = (np.array([row[k][3:] for row in rows]) for k in (0, 1))
        fft = (old[:, 1] + new[:, 1]) / 2
        label = f"{name}, alpha_z" if coupled_z else name
        lines.append(
            f"| {label} | {sites} | {steps} | {np.median(old[:, 0]):.3g} | "
            f"{np.median(new[:, 0]):.3g} | {np.median(old[:, 0] / new[:, 0]):.2f} | "
            f"{np.median(new[:, 0] / fft):.2f} |"
        )
        print(lines[-1], flush=True)
    for server in (before, after):
        server.stdin.close()
        server.wait()
    head = [
        "# Time per echo of every preset, before and after",
        "",
        "`python benchmarks/presets.py --before CHECKOUT`: `simulate_batch` in float32 on one",
        f"core, set-up included, processor time, medians of {args.repeats} rounds in turns. FFTs:",
        "scipy's transforms of the same steps alone. The last lines: `ml4sci_2020_secular`",
        "on other lattices.",
        "",
        machine(),
        "",
    ]
    (ROOT / "benchmarks/results/presets.md").write_text("\n".join([*head, *lines, ""]), "utf-8")
    return None


if __name__ == "__main__":
    main()
