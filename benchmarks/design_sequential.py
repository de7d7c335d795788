"""Time to a target error: settings chosen one after another against a fixed default.

    python benchmarks/design_sequential.py [--problem t2_delays] [--materials 50] [--out FILE]

50 simulated materials of each problem, each with its own offsets and noise, are measured twice by
the simulated spectrometer: with what the lab book asks for, and with the default design repeated in
its order, one shot at each setting. Both end by the same rule, the stated error of the same
regression on the same pool, so they differ in the settings only. Where the target is not reached,
the time is that of the budget, for a book that stops before as well.

The stated error fluctuates, so whoever looks more often ends sooner, and with less right. Neither
may look at it before the time has grown by 1/16 since its last look: a request of the book takes at
least that long, and shots of the default are measured without a look until it has passed (each shot
is a look in the first 16 s). The book looks less often than it might, after whole requests only.

Each line of the output is one material: seconds of both, stated and true errors. The last line sums
up: median ratio of the times, how many reached the target, how often the 90 % interval holds the
truth, and rms true over stated error. Lines that are there already are not computed again.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from design_problems import beta, dilute, hahn, only, sweep

import nmr_core as nmr
from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential.beginning import begin
from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.rehearsing import rehearse
from nmr_core.design.settings import Acquisition


def t2_delays() -> tuple[DesignProblem, float]:
    """T2 of a dilute solid, known to two and a half decades; a decay of six delays, SNR 10.

    The delay that tells most is near T2, which is not known before. Target: 2 % of the range of d,
    T2 to 12 %.
    """
    preset = dilute()
    delays = [50, 100, 200, 400, 800, 1600]
    problem = DesignProblem.of(
        preset,
        vary={"tau": delays},
        default=[hahn(tau) for tau in delays],
        noise=0.05,
        budget=240.0,
        weights=only(preset, "d"),
        seed=11,
    )
    return problem, 0.02


def two_angles() -> tuple[DesignProblem, float]:
    """Strength and anisotropy of a coupling from pulse angles, a sweep of eight angles, SNR 10.

    Which angle shows the anisotropy depends on the strength. Target: 5 % of the ranges.
    """
    preset = sweep()
    angles = [beta(angle) for angle in range(20, 161, 20)]
    problem = DesignProblem.of(
        preset,
        candidates=angles,
        default=angles,
        noise=0.05,
        budget=400.0,
        weights=only(preset, "omega_p", "anisotropy"),
        seed=12,
    )
    return problem, 0.05


def lab_angles() -> tuple[DesignProblem, float]:
    """All parameters of the preset ``lab`` from its four angles, SNR 10: a good default.

    Target: 20 % of the ranges; disorder and the prior leave little to gain.
    """
    preset = nmr.preset("lab").fix(n_x=20, n_y=20, dt=1.0, integrator="exponential_euler")
    problem = DesignProblem.of(
        preset,
        vary={"angle_2": [30, 45, 60, 90, 120, 150, 180]},
        noise=0.05,
        budget=200.0,
        seed=13,
    )
    return problem, 0.2


PROBLEMS: dict[str, Callable[[], tuple[DesignProblem, float]]] = {
    build.__name__: build for build in (t2_delays, two_angles, lab_angles)
}


def truth_of(book: LabBook) -> dict[str, float]:
    """Parameters that count -> truth, of a rehearsal."""
    return {name: book.truth[name] for name in book.problem.names if book.problem.weights[name]}


def outcome(book: LabBook) -> dict:
    """What a rehearsal came to."""
    widths = {spec.name: spec.width for spec in book.problem.specs}
    estimate, truth = book.estimate, truth_of(book)
    return {
        "seconds": book.seconds,
        "budget": book.problem.budget,
        "reached": book.sentence.startswith("The target is reached"),
        "entries": len(book.entries),
        "settings": len({entry.acquisition.setting for entry in book.entries}),
        "stated": {name: estimate.errors[name] / widths[name] for name in truth},
        "error": {name: (estimate.values[name] - truth[name]) / widths[name] for name in truth},
        "inside": {
            name: estimate.low[name] <= truth[name] <= estimate.high[name] for name in truth
        },
    }


def _time(result: dict) -> float:
    """Time to the target, s; that of the budget where it is not reached."""
    return result["seconds"] if result["reached"] else result["budget"]


def summary(lines: list[dict]) -> dict:
    """Ratios and coverage over the materials."""
    ratios = np.array([_time(one["chosen"]) / _time(one["default"]) for one in lines])
    result: dict = {"n": len(lines), "median_ratio": float(np.median(ratios))}
    random = np.random.default_rng(0)
    medians = np.median(random.choice(ratios, (2000, len(ratios))), axis=1)
    result["interval_90"] = np.quantile(medians, [0.05, 0.95]).tolist()
    for arm in ("chosen", "default"):
        some = [one[arm] for one in lines]
        errors = np.array([list(one["error"].values()) for one in some])
        stated = np.array([list(one["stated"].values()) for one in some])
        result[arm] = {
            "median_seconds": float(np.median([_time(one) for one in some])),
            "total_seconds": float(np.sum([_time(one) for one in some])),
            "reached": int(sum(one["reached"] for one in some)),
            "median_entries": float(np.median([one["entries"] for one in some])),
            "coverage_90": float(np.mean([list(one["inside"].values()) for one in some])),
            "rms_true_over_stated": float(np.sqrt(np.mean((errors / stated) ** 2))),
            "rms_error": float(np.sqrt(np.mean(errors**2))),
        }
    return result


def run(name: str, n_materials: int, n_pool: int, out: Path, first: int) -> None:
    """Measure the materials of one problem that are not in the file yet."""
    problem, target = PROBLEMS[name]()
    done = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    lines = [one for one in done if one.get("problem") == name and "seed" in one]
    known = {one["seed"] for one in lines}
    book = None
    order = tuple(Acquisition(one.setting, 1) for one in problem.default.acquisitions)
    for seed in range(first, first + n_materials):
        if seed in known:
            continue
        start = time.process_time()
        if book is None:
            book = begin(problem, target, n_materials=n_pool)
            print(f"{name}: pool and first request {time.process_time() - start:.0f} s", flush=True)
            start = time.process_time()
        chosen = rehearse(problem, target, book=book, seed=seed)
        default = rehearse(problem, target, book=book, seed=seed, order=order)
        line = {
            "problem": name,
            "seed": seed,
            "truth": truth_of(chosen),
            "chosen": outcome(chosen),
            "default": outcome(default),
            "processor_seconds": time.process_time() - start,
        }
        lines.append(line)
        with out.open("a") as file:
            file.write(json.dumps(line) + "\n")
    result = {"problem": name, "target": target, "summary": summary(lines)}
    with out.open("a") as file:
        file.write(json.dumps(result) + "\n")
    print(json.dumps(result, indent=1))


def main() -> None:
    """Run one or all problems."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--problem", choices=PROBLEMS, action="append")
    parser.add_argument("--materials", type=int, default=50)
    parser.add_argument("--first", type=int, default=5000, help="seed of the first material")
    parser.add_argument("--pool", type=int, default=512)
    parser.add_argument("--out", type=Path, default=Path("design_sequential.jsonl"))
    args = parser.parse_args()
    for name in args.problem or PROBLEMS:
        run(name, args.materials, args.pool, args.out, args.first)


if __name__ == "__main__":
    main()
