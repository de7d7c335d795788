"""Does a ranking of settings hold with other random numbers, and how long does a large one take?

    python benchmarks/design_ranks.py ranks 3 4   # 40 settings, two independent seeds
    python benchmarks/design_ranks.py time        # 200 candidates of lab, two processes

Each line of output is a JSON object. ``ranks``: rank correlation (Spearman) of the next settings by
their ratio to measuring longer, and of the settings measured alone, between two seeds: other
materials, other offsets, other noise. Asked: at least 0.8. ``time``: seconds of a whole
design, asked: at most 180 s on two cores; and processor seconds, simulation and search apart.
"""

import json
import sys
import time
from dataclasses import replace

from scipy.stats import spearmanr

import nmr_core as nmr
from nmr_core.design.designing import compute_design, reliable_ranking
from nmr_core.design.problem import DesignProblem
from nmr_core.design.selecting import n_first
from nmr_core.design.settings import Setting
from nmr_core.design.shots import fill
from nmr_core.design.simulating import simulate_pool
from nmr_core.design.valuing import fast_valuation

SMALL = {"n_x": 20, "n_y": 20, "dt": 1.0, "integrator": "exponential_euler"}
ANGLES = (10, 30, 50, 70, 90, 110, 130, 150, 165, 180)


def forty(preset: str, seed: int) -> DesignProblem:
    """Return 40 settings, angle times delay; the default is the usual echo, for 8 shots."""
    return DesignProblem.of(
        nmr.preset(preset).fix(**SMALL),
        vary={"angle_2": ANGLES, "tau": (20, 40, 70, 110)},
        default=[Setting.of(angle_2=180.0, tau=40.0)],
        noise=0.01,
        budget=8.0,
        seed=seed,
    )


def ranks(
    seeds: tuple[int, ...], presets: tuple[str, ...] = ("lab", "ml4sci_2020_secular")
) -> None:
    """Print the rank correlations of several presets."""
    for preset in presets:
        start = time.process_time()
        following, alone, spread, reliability = [], [], [], []
        for seed in seeds:
            problem = forty(preset, seed)
            n = n_first(problem)
            pool = simulate_pool(problem, problem.all_settings, n)
            ranking = reliable_ranking(problem, fast_valuation(problem, pool, "weighted"))
            valuation = ranking.first
            table = ranking.table(valuation).set_index("setting")["ratio"]
            reliability.append(ranking.reliability())
            following.append(table.drop("measure longer"))
            alone.append(
                [valuation.error(fill(problem, [setting])) for setting in problem.settings]
            )
            spread.append([float(table.min()), float(table.max())])
        settings = following[0].index
        print_line(
            preset=preset,
            seeds=seeds,
            settings=len(settings),
            n_materials=len(valuation.pool),
            reliability=reliability,
            next=spearmanr(following[0][settings], following[1][settings])[0],
            alone=spearmanr(*alone)[0],
            ratios=spread,
            processor_seconds=time.process_time() - start,
        )


def two_hundred() -> DesignProblem:
    """Return 200 settings of lab on its whole lattice."""
    return DesignProblem.of(
        "lab",
        vary={"angle_1": (50, 70, 90, 110, 130), "angle_2": [5 + 4.5 * k for k in range(40)]},
        budget=40.0,
        seed=1,
    )


def seconds(small: bool = False) -> None:
    """Print the time of a whole design with 200 candidates."""
    problem = two_hundred()
    if small:
        problem = replace(problem, preset=problem.preset.fix(n_x=20, n_y=20))
    steps: list[tuple[float, str]] = []
    begin, processor = time.perf_counter(), time.process_time()

    def progress(done: int, total: int, message: str) -> None:
        name = message.split(" of ")[0].rstrip("0123456789 ")
        if not steps or steps[-1][1] != name:
            steps.append((time.perf_counter() - begin, name))

    result = compute_design(problem, n_jobs=1 if small else 2, progress=progress)
    print_line(
        candidates=len(problem.settings),
        small=small,
        seconds=time.perf_counter() - begin,
        processor_seconds_of_this_process=time.process_time() - processor,
        n_selection=result.n_selection,
        n_materials=result.n_materials,
        steps=steps,
        promised=result.promised.text,
    )


def print_line(**values: object) -> None:
    """Print a JSON object on one line."""
    print(json.dumps(values, default=float), flush=True)


if __name__ == "__main__":
    words = sys.argv[1:] or ["ranks", "time"]
    if "ranks" in words:
        numbers = tuple(int(word) for word in words if word.isdigit())
        ranks(numbers[:2] if len(numbers) > 1 else (1, 2))
    if "time" in words:
        seconds("small" in words)
