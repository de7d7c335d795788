"""Models made for random protocols of a simulated spectrometer: coverage, time, refusals.

    OMP_NUM_THREADS=1 python benchmarks/made_models.py 3 --echoes 300 --size quick

For each protocol one echo is recorded, found and planned for, and the model is made. Further echoes
of the same protocol, with all parameters from the prior of the model (``--one-line``: with the line
of the first echo), go through the whole chain: record, find, prepare, estimate. Printed: how often
the 90 % intervals cover the truth of each parameter, the part of the echoes that was refused or out
of domain, seconds per stage.
"""

import argparse
import json
import tempfile
import time as clock
from dataclasses import replace

import numpy as np
from joblib import Parallel, delayed

from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.acquired import acquired, stated
from nmr_core.measured.estimating import estimate
from nmr_core.measured.for_run import prepare_for_run, signals_of, target_for_run
from nmr_core.measured.found import find_echo
from nmr_core.measured.making import ModelPlan, make_model, plan_model
from nmr_core.measured.making.make import Stages
from nmr_core.measured.spectrometer import SpectrometerSettings, random_settings, record
from nmr_core.progress import printed
from nmr_core.storage.workspace import in_workspace

LEVEL = 0.9


def protocol(number: int) -> SpectrometerSettings:
    """Random protocol, without ring-down or spikes, with a coupling of at most two line widths."""
    settings = random_settings(np.random.default_rng([18, number]), seed=number)
    return replace(settings, omega_p=min(settings.omega_p, 2.0), n_spikes=0, ring_down=0.0)


def drawn_echoes(
    settings: SpectrometerSettings, plan: ModelPlan, n: int, one_line: bool
) -> tuple[list[dict[str, float]], list[SpectrometerSettings]]:
    """Parameters from the prior of a plan, and the settings that record them."""
    random = np.random.default_rng([19, settings.seed])
    values, several = [], []
    for number in range(n):
        drawn = plan.preset.draw(random)
        gamma_3 = 10.0 ** -drawn["d"]
        line_width = settings.line_width if one_line else drawn["line_width"]
        changed = replace(
            settings,
            line_width=line_width,
            omega_p=drawn["omega_p"],
            xi=drawn["xi"],
            dephasing=2 * np.pi * gamma_3 * settings.tau,
            phase=float(random.uniform(-180, 180)),
            seed=1_000_000 + number,
        )
        several.append(changed)
        values.append(drawn | {"line_width": line_width})
    return values, several


def prepared(
    run: Run, target: object, settings: SpectrometerSettings
) -> tuple[np.ndarray | None, str]:
    """Signals of one recorded echo on the grid of the run; None and why it is refused."""
    try:
        measurement: Measurement = stated(record(settings), tau=settings.tau)
        return signals_of(prepare_for_run(run, [measurement], target=target)), ""
    except InputError as error:
        return None, str(error)


def measure(number: int, n: int, size: str, n_jobs: int, one_line: bool = False) -> dict:
    """Make the model of one protocol and measure its coverage."""
    settings = protocol(number)
    measurement = record(settings)
    result: dict = {
        name: round(getattr(settings, name), 4)
        for name in ("tau", "dwell", "line_width", "snr", "offset", "omega_p")
    }
    try:
        echo = find_echo(measurement)
        plan = plan_model([measurement], acquired(measurement, echo, tau=settings.tau), size=size)
    except InputError as error:
        return result | {"refused": str(error)}
    result |= {"curves": plan.n_curves, "lattice": plan.n_side, "steps": _steps(plan)}
    stages, start = Stages(), clock.perf_counter()
    id = f"run-{size}-{number}"
    try:
        run = load_run(id)  # made before, in the same folder
    except InputError:
        run = make_model(plan, n_jobs=n_jobs, id=id, stages=stages, progress=printed)
    result |= {
        "seconds": round(clock.perf_counter() - start, 1),
        "stages": {name: round(seconds, 1) for name, seconds in stages.seconds.items()},
        "skill": run.scores["skill"].round(2).to_dict(),
    }

    # Further echoes through the whole chain
    values, several = drawn_echoes(settings, plan, n, one_line)
    target = target_for_run(run)
    described = Run(run.manifest)  # without the model, which has many megabytes
    results = Parallel(n_jobs=n_jobs)(delayed(prepared)(described, target, one) for one in several)
    rows = [k for k, one in enumerate(results) if one[0] is not None]
    signals = np.stack([results[k][0] for k in rows])
    table = estimate(run, (target.time, signals), level=LEVEL, insist=True)
    coverage, width = {}, {}
    for name, spec in run.manifest.targets.items():
        truth = np.array([values[k][name] for k in rows])
        low, high = table[f"low_{name}"].to_numpy(), table[f"high_{name}"].to_numpy()
        coverage[name] = round(float(((low <= truth) & (truth <= high)).mean()), 3)
        width[name] = round(float(np.median(high - low) / (spec["high"] - spec["low"])), 3)
    domains = table["applicability"].value_counts(normalize=True).round(3).to_dict()
    return result | {
        "coverage": coverage,
        "median_width": width,
        "refused_echoes": n - len(rows),
        "reasons": sorted({results[k][1][:90] for k in range(n) if results[k][0] is None})[:3],
        "applicability": domains,
    }


def _steps(plan: ModelPlan) -> int:
    protocol = plan.preset.experiments()[0].protocol
    return round(protocol.time[-1] / protocol.dt)


def main() -> None:
    """Read the arguments, measure, print one JSON object per protocol."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("n", type=int, help="protocols")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--echoes", type=int, default=300)
    parser.add_argument("--size", default="quick")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--one-line", action="store_true")
    parser.add_argument("--folder", default="", help="where models are kept (default: nowhere)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, in_workspace(options.folder or folder):
        for number in range(options.first, options.first + options.n):
            result = measure(number, options.echoes, options.size, options.jobs, options.one_line)
            print(json.dumps({"protocol": number} | result), flush=True)


if __name__ == "__main__":
    main()
