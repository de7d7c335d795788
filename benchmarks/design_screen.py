"""Receiver noise only: three chosen angles against the default four of ``lab``, at equal time.

    PYTHONPATH=. python benchmarks/design_screen.py [FILE]     prints, and appends to FILE

Fixed before anything was run: 16 angles of the second pulse from 10 to 180 degrees, 48 shots in
total, whose noise gives an SNR of 100 (0.5/0.005) for 12 shots, as one echo of the default has.
Materials are the centre of the prior and the 16 Sobol points of seed 0. A parameter is estimable
if all 16 angles together know it to half a standard deviation of the prior.

1. "material": the best design of at most three angles for a material that is roughly known, by
   the minimax criterion; errors are those of the Fisher matrix.
2. "robust": the best one design for all 16 points.
3. "fit": least squares on simulated echoes of both designs, 200 at the centre and 12 at each point.
   Gauss-Newton with the Jacobian of the truth, offsets known; parameters that are not estimable
   have their true value.
4. "time": seconds of the fast screen of 16 angles on this machine.
"""

import json
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np

import nmr_core as nmr
from nmr_core.design.criteria import criterion_error
from nmr_core.design.information import Information, slopes
from nmr_core.design.points import draw_points, offsets_seed
from nmr_core.design.problem import DesignProblem
from nmr_core.design.screen import UNKNOWN, screen, screen_information
from nmr_core.design.search import best_designs
from nmr_core.design.shots import baseline
from nmr_core.design.space import DesignSpace
from nmr_core.simulator.several import simulate_batch
from nmr_core.storage.seeds import Purpose

ANGLES = np.linspace(10, 180, 16).round(2)
SHOTS = 48
NOISE = 0.005 * 12**0.5
N_POINTS = 16
N_CENTRE = 200
N_EACH = 12
N_STEPS = 4
"""Steps of Gauss-Newton from the truth."""


@cache
def space() -> DesignSpace:
    problem = DesignProblem.of(
        "lab", vary={"angle_2": ANGLES}, noise=NOISE, budget=float(SHOTS), most=3
    )
    return DesignSpace.of(problem)


@cache
def materials() -> dict[str, dict]:
    problem = space().problem
    points = draw_points(problem, N_POINTS, Purpose.DESIGN_SCREEN)
    centre = nmr.preset("lab").space.defaults
    return {"centre": centre} | {f"point {k}": point for k, point in enumerate(points)}


@cache
def jacobians(name: str) -> list[np.ndarray]:
    """dM/dtheta per range of every setting of the space, complex (n, n_times)."""
    return slopes(space().problem, space().settings, (), [(materials()[name], seed_of(name))])[0]


def seed_of(name: str) -> int:
    number = int(name.split()[1]) if " " in name else N_POINTS
    return offsets_seed(space().problem, Purpose.DESIGN_SCREEN, 0, number)


def table_of(name: str) -> Information:
    problem = space().problem
    F = np.array([[(J @ J.conj().T).real / problem.noise**2] for J in jacobians(name)])
    return Information(F, np.diag(1 / problem.prior_sds**2), len(problem.names))


def robust() -> Information:
    tables = [table_of(name) for name in materials() if name != "centre"]
    return Information(np.concatenate([one.F for one in tables], 1), tables[0].prior, tables[0].n)


def errors(table: Information, shots: np.ndarray) -> np.ndarray:
    return np.sqrt(np.diagonal(table.covariances(shots), axis1=-2, axis2=-1))


def rms(values: np.ndarray) -> np.ndarray:
    return np.sqrt((values**2).mean(0))


def designs(table: Information) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shots of the default and of the proposal, and which parameters are estimable."""
    problem = space().problem
    columns = [space().settings.index(one) for one in problem.settings]
    everything = np.zeros((1, len(space().settings)))
    everything[0, columns] = SHOTS / len(columns)
    known = rms(errors(table, everything)[0]) <= UNKNOWN * problem.prior_sds
    weights = np.ones(len(known))

    def objective(shots):
        return criterion_error(table.covariances(shots), weights, known, "minimax")

    proposal = best_designs(space(), objective, among=columns)[0]
    return space().row(baseline(problem)), proposal, known


def comparison(table: Information) -> dict:
    default, proposal, known = designs(table)
    names = np.array(space().problem.names)
    present, proposed = (rms(one) for one in errors(table, np.stack([default, proposal])))
    worst, worst_proposed = present[known].max(), proposed[known].max()
    return {
        "proposal": space().design(proposal).label,
        "estimable": names[known].tolist(),
        "worst": names[known][present[known].argmax()],
        "default_error": float(worst),
        "proposal_error": float(worst_proposed),
        "ratio": float(worst_proposed / worst),
    }


def fit(name: str, n: int) -> dict:
    """Errors of least squares on n simulated echoes of each design, in ranges."""
    problem, point, jacobian = space().problem, materials()[name], jacobians(name)
    default, proposal, known = designs(table_of(name))
    widths = np.array([spec.width for spec in problem.specs])
    rng = np.random.default_rng([19, int(seed_of(name) % 2**31)])
    result = {}
    for kind, shots in (("default", default), ("proposal", proposal)):
        used = np.flatnonzero(shots)
        sigma = problem.noise / np.sqrt(shots[used])
        truth = [signal(name, [point], k)[0] for k in used]
        noise = [
            s * (rng.standard_normal((n, len(M))) + 1j * rng.standard_normal((n, len(M))))
            for s, M in zip(sigma, truth, strict=True)
        ]
        measured = [M + e for M, e in zip(truth, noise, strict=True)]
        J = np.concatenate([jacobian[k][known] / s for k, s in zip(used, sigma, strict=True)], 1)
        F = (J @ J.conj().T).real
        theta = np.zeros((n, known.sum()))
        for _ in range(N_STEPS):
            moved = [
                point
                | {
                    spec.name: point[spec.name] + widths[j] * row[at]
                    for at, (j, spec) in enumerate(
                        (j, spec) for j, spec in enumerate(problem.specs) if known[j]
                    )
                }
                for row in theta
            ]
            rest = np.concatenate(
                [
                    (y - signal(name, moved, k)) / s
                    for k, y, s in zip(used, measured, sigma, strict=True)
                ],
                1,
            )
            # theta <- theta + F^-1 Re(J* r)
            theta += np.linalg.solve(F, (rest @ J.conj().T).real.T).T
        bound = np.sqrt(np.diag(np.linalg.inv(F)))
        result[kind] = {"fit": rms(theta).tolist(), "bound": bound.tolist()}
    worst = [max(result[kind]["fit"]) for kind in ("default", "proposal")]
    bounds = [max(result[kind]["bound"]) for kind in ("default", "proposal")]
    return result | {
        "n": n,
        "ratio": worst[1] / worst[0],
        "ratio_of_bounds": bounds[1] / bounds[0],
    }


def signal(name: str, points: list[dict], column: int) -> np.ndarray:
    """Signals of materials at one setting, all with the offsets of this material."""
    problem, setting = space().problem, space().settings[column]
    experiments = [problem.experiment(setting, point) for point in points]
    return simulate_batch(experiments, [seed_of(name)] * len(points))


def fast_screen() -> dict:
    problem = DesignProblem.of("lab", vary={"angle_2": ANGLES})
    screen_information(problem, n_points=1)
    start, used = time.perf_counter(), time.process_time()
    result = screen(problem)
    return {
        "seconds": time.perf_counter() - start,
        "processor_seconds": time.process_time() - used,
        "n_points": result.n_points,
        "n_settings": len(problem.all_settings),
    }


def main(file: Path) -> None:
    done = {}
    if file.exists():
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        done = {(line["what"], line.get("name", "")): line for line in lines}

    def record(what: str, name: str, make) -> None:
        if (what, name) not in done:
            line = {"what": what, "name": name} | make()
            with file.open("a") as out:
                out.write(json.dumps(line) + "\n")
            print(json.dumps(line), flush=True)

    record("time", "", fast_screen)
    for name in materials():
        record("material", name, lambda name=name: comparison(table_of(name)))
    record("robust", "", lambda: comparison(robust()))
    for name in materials():
        n = N_CENTRE if name == "centre" else N_EACH
        record("fit", name, lambda name=name, n=n: fit(name, n))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "design_screen.jsonl"))
