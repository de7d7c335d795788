"""What is said about estimates, held against curves with known truth: applicability, re-simulation,
refinement, a longer echo, and the echoes of a foreign simulator.

    python benchmarks/inference.py TASK ... [--jobs 2]

TASK: applicability, resimulation, refinement, longer_echo, foreign; none = all.
A page a task goes to benchmarks/results. Intervals have a page of their own:
benchmarks/intervals.py.
"""

import argparse
import datetime
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from joblib import Parallel, delayed  # noqa: E402
from sklearn.metrics import roc_auc_score  # noqa: E402
from tables import table  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.inference.applicability import read_applicability  # noqa: E402
from nmr_core.inference.intervals import calibrate, find_calibration  # noqa: E402
from nmr_core.io.formats import read_foreign  # noqa: E402
from nmr_core.learning.metrics import share_interval  # noqa: E402
from nmr_core.learning.origin import fresh_signals  # noqa: E402
from nmr_core.measured.refine import Refinement, refine  # noqa: E402
from nmr_core.measured.resimulation import estimate_errors, resimulate  # noqa: E402
from nmr_core.presets import Preset  # noqa: E402
from nmr_core.progress import printed  # noqa: E402

RUN = "pretrained-ml4sci-2020-secular"
ALSO = ("pretrained-ml4sci-2020", "pretrained-measured")
"""Runs whose false alarms are counted too."""
KNOWN = ("alpha", "p", "d")
SIGMA = 0.001
OTHERS = {
    "Gaussian kernel": {"kernel": "gaussian", "p": 2.0},
    "RKKY kernel": {"kernel": "rkky"},
    "refocusing pulse 150°": {"angle_2": 150.0},
    "first pulse 60°": {"angle_1": 60.0},
    "double line width": {"line_width": 0.1},
}
"""Curves that the run does not know. Kernels take xi, which is drawn from 1 to 20 for them."""
FOREIGN = HERE.parent.parent / "shared" / "reference" / "cuda_2023"


def _share(mask: np.ndarray) -> str:
    """A share with its 95 % interval (Clopper-Pearson)."""
    k, n = int(mask.sum()), len(mask)
    low, high = share_interval(k, n)
    return f"{k / n:.3f} ({low:.3f}–{high:.3f})"


def _unknown(n: int, jobs: int, seed: int) -> dict[str, tuple[pd.DataFrame, np.ndarray]]:
    """Curves of other kinds: name -> (parameters, signals)."""
    curves, preset = {}, nmr.preset("ml4sci_2020_secular")
    for number, (name, changed) in enumerate(OTHERS.items()):
        other = preset.fix(**changed)
        if "kernel" in changed:
            own = [spec for spec in preset.space if spec.name not in changed]
            rows = [
                nmr.Row("xi", "uniform", 1, 20)
                if spec.name == "xi"
                else nmr.Row(spec.name, "uniform", spec.low, spec.high)
                for spec in own
            ]
            other = nmr.table_preset(rows, preset).fix(**changed)
        dataset = nmr.generate(other, n, seed=2**51 + seed + number, n_jobs=jobs, progress=printed)
        curves[name] = dataset.parameters, dataset.signals
    return curves


def applicability_(jobs: int) -> str:
    """False alarms on 1,000 curves of its kind, and what is noticed of 500 of each other kind."""
    judged = _own_judged(RUN, jobs)
    rows, others = [_judged_row("its own kind", judged)], []
    for name, (parameters, signals) in _unknown(500, jobs, 52).items():
        other = _judged(RUN, signals)
        others.append(other["p_distance"])
        rows.append(_judged_row(name, other, judged))
        if "kernel" in name:
            strong = other[(parameters["alpha"] >= 0.1).to_numpy()]
            rows.append(_judged_row(f"{name}, α ≥ 0.1 MHz", strong, judged))
    rows += [_judged_row(f"{run}: its own kind", _own_judged(run, jobs)) for run in ALSO]
    together = pd.DataFrame({"p_distance": pd.concat(others)})
    header = ("1,000 curves; 500 of each other kind", "not in domain", "out of domain", "AUROC")
    return table(header, rows) + (
        f"\nAll other kinds together: AUROC {_auroc(judged, together)}. {RUN}, if no other run is "
        "named; the shipped applicability, fitted to 12,000 curves.\n"
    )


def _judged(name: str, signals: np.ndarray) -> pd.DataFrame:
    """What the shipped applicability of a run says of signals."""
    run, applicability = nmr.load_run(name), read_applicability(find_calibration(name))
    return applicability.judge(signals, run.predict(signals, insist=True))


def _own_judged(name: str, jobs: int) -> pd.DataFrame:
    """The same of 1,000 fresh signals of its own kind."""
    own = fresh_signals(nmr.load_run(name), 1000, seed=51, n_jobs=jobs, progress=printed)[1]
    return _judged(name, own)


def _judged_row(name: str, judged: pd.DataFrame, own: pd.DataFrame | None = None) -> tuple:
    """Shares that are not in domain and out of domain, and the AUROC against its own kind."""
    return (
        name,
        _share(judged["applicability"] != "in domain"),
        _share(judged["applicability"] == "out of domain"),
        "" if own is None else _auroc(own, judged),
    )


def _auroc(own: pd.DataFrame, other: pd.DataFrame) -> str:
    truth = np.r_[np.zeros(len(own)), np.ones(len(other))]
    return f"{roc_auc_score(truth, -np.r_[own['p_distance'], other['p_distance']]):.3f}"


def resimulation(jobs: int) -> str:
    """p-values of estimates that are simulated again: of 200 echoes within the errors of 200
    others; and with their applicability.
    """
    run, applicability = nmr.load_run(RUN), read_applicability(find_calibration(RUN))
    sets = {
        "its own kind": fresh_signals(run, 300, seed=61, n_jobs=jobs, progress=printed)
    } | _unknown(60, jobs, 62)
    rows = []
    for name, (parameters, signals) in sets.items():
        estimates = run.predict(signals, insist=True)
        p = np.array(
            Parallel(jobs)(
                delayed(_p_value)(run, row, curve, k)
                for k, (row, curve) in enumerate(
                    zip(estimates.to_dict("records"), signals, strict=True)
                )
            )
        )
        fails, dark = (
            p <= 0.05,
            (applicability.judge(signals, estimates)["applicability"] != "in domain").to_numpy(),
        )
        rows.append((name, len(p), _share(~fails), _share(fails | dark)))
        if "kernel" in name:
            strong = (parameters["alpha"] >= 0.1).to_numpy()
            rows.append(
                (
                    f"{name}, α ≥ 0.1 MHz",
                    int(strong.sum()),
                    _share(~fails[strong]),
                    _share((fails | dark)[strong]),
                )
            )
        print(rows[-1], file=sys.stderr)
    return (
        table(("curves", "number", "pass at 5 %", "fail, or not in domain"), rows)
        + f"\n{RUN}, its shipped applicability.\n"
    )


def _p_value(run: nmr.Run, row: dict, signals: np.ndarray, seed: int) -> float:
    preset = nmr.preset("ml4sci_2020_secular")
    values = _start(preset, row)
    return resimulate(
        preset, values, signals, errors=estimate_errors(run, preset, values, seed=seed), seed=seed
    ).p_value


def refinement(jobs: int) -> str:
    """Least squares on the simulator from the run's estimate: errors and coverage of 40 fits."""
    run, preset = nmr.load_run(RUN), nmr.preset("ml4sci_2020_secular")
    parameters, signals = fresh_signals(run, 40, seed=70, n_jobs=jobs)
    estimates = run.predict(signals)
    fits = Parallel(jobs)(
        delayed(refine)(preset, curve, _start(preset, row), free=KNOWN, seed=k)
        for k, (row, curve) in enumerate(zip(estimates.to_dict("records"), signals, strict=True))
    )
    rows = []
    for name in KNOWN:
        true, width = parameters[name].to_numpy(), preset.space[name].width
        found, sd = (
            np.array([getattr(fit, what)[name] for fit in fits]) for what in ("values", "sd")
        )
        rows.append(
            (
                name,
                f"{_rmse(estimates[name] - true) / width:.4f}",
                f"{_rmse(found - true) / width:.4f}",
                f"{np.median(np.abs(estimates[name] - true)) / width:.4f}",
                f"{np.median(np.abs(found - true)) / width:.4f}",
                _share(np.abs(found - true) <= 1.645 * sd),
            )
        )
    return table(
        (
            "40 echoes, in ranges",
            "rmse, estimate",
            "rmse, fit",
            "median error, estimate",
            "median error, fit",
            "90 % interval of the fit covers",
        ),
        rows,
    ) + (
        f"\nFits that pass at 5 %: {_share(np.array([fit.p_value for fit in fits]) > 0.05)}. xi is "
        f"held.\n"
    )


def _rmse(values) -> float:
    return float(np.sqrt((np.asarray(values) ** 2).mean()))


def _start(preset: Preset, row: dict) -> dict[str, float]:
    return {
        spec.name: float(
            np.clip(row[spec.name], spec.low + 0.01 * spec.width, spec.high - 0.01 * spec.width)
        )
        for spec in preset.space
    }


def longer_echo(jobs: int) -> str:
    """What the linear estimate says of a four times longer tau at weak coupling (alpha <= 0.02
    MHz), and what training finds.
    """
    weak, rows = (
        nmr.table_preset(
            [
                nmr.Row("alpha", "uniform", 0.002, 0.02),
                nmr.Row("xi", "fixed", values=(5.0,)),
                nmr.Row("p", "uniform", 2, 4),
                nmr.Row("d", "uniform", 3, 6),
            ],
            nmr.preset("ml4sci_2020_secular"),
        ),
        [],
    )
    for tau in (50.0, 200.0):
        longer = weak.fix(tau=tau)
        errors = nmr.identify(
            longer, n_points=4, noise=SIGMA, n_seeds=1000, progress=printed
        ).errors
        clean = nmr.generate(longer, 4000, seed=80, n_jobs=jobs, progress=printed)
        run = nmr.train(
            clean.with_effects(f"gaussian_noise:sigma={SIGMA}"),
            recipe="standard",
            split=500,
            seed=0,
            progress=printed,
        )
        for name in KNOWN:
            mine, score = (
                errors[errors["name"] == name]["with_prior"] / longer.space[name].width,
                run.scores.loc[name],
            )
            rows.append(
                (
                    f"τ = {tau:g} µs",
                    name,
                    f"{100 * _rmse(mine):.3g}",
                    f"{score.rmse_percent:.3g}",
                    f"{score.skill:.4f}",
                )
            )
    return table(
        (
            "",
            "",
            "linear estimate, % of range (rms over 4 points)",
            "trained rmse, % of range",
            "skill",
        ),
        rows,
    ) + (f"\nNoise {SIGMA} in Re M and in Im M; `standard` on 3,500 curves.\n")


def foreign(jobs: int) -> str:
    """The echoes of the CUDA simulator: kernel, range and coupling read by models that learned from
    our own simulator.
    """
    if not FOREIGN.exists():
        return "The reference echoes are not here.\n"
    several = [
        nmr.generate(_cuda(kernel), 1500, seed=90 + k, n_jobs=jobs, progress=printed)
        for k, kernel in enumerate(("gaussian", "power_law", "rkky"))
    ]
    classes = nmr.train(
        nmr.join(several),
        targets=["kernel"],
        recipe="standard",
        split=300,
        seed=0,
        progress=printed,
    )
    wide = nmr.table_preset(
        [nmr.Row("omega_p", "uniform", 0.3, 6), nmr.Row("xi", "uniform", 2, 40)],
        nmr.preset("cuda_2023"),
    )
    gaussian = nmr.generate(wide, 8000, seed=93, n_jobs=jobs, progress=printed)
    run = nmr.train(
        gaussian,
        targets=["omega_p", "xi", "W"],
        recipe="standard",
        split=300,
        seed=0,
        progress=printed,
    )
    given = read_foreign(FOREIGN)
    intervals = calibrate(
        run, n=3000, n_check=200, seed=91, n_jobs=jobs, progress=printed
    ).intervals(given.signals, 0.9)
    sets = calibrate(classes, n=900, n_check=300, seed=92, n_jobs=jobs, progress=printed).intervals(
        given.signals, 0.9
    )["set"]
    starts = [
        {"omega_p": row["predicted_omega_p"], "xi": row["predicted_xi"]}
        for _, row in intervals.iterrows()
    ]
    fits = Parallel(jobs)(
        delayed(refine)(wide, curve, start)
        for curve, start in zip(given.signals, starts, strict=True)
    )
    ends = [_ends(fit, wide) for fit in fits]
    rows = [
        row
        for k in range(len(given))
        for row in _read_back(k, intervals.iloc[k], given.parameters.iloc[k], sets[k], ends[k])
    ]
    return table(
        (
            "echo",
            "90 % set of kernels (true: gaussian)",
            "",
            "true",
            "90 % interval",
            "inside",
            "90 % of the fit",
            "inside",
        ),
        rows,
    ) + (
        f"\nKernel of held-out curves: F1 {classes.f1_weighted()[0]:.3f} (baseline "
        f"{classes.baseline_f1:.3f}). Ranges: omega_p 0.3 to 6 "
        "line widths, xi 2 to 40 sites. alpha_x = omega_p Γ/2W: from the joint box of omega_p and "
        "W, and from the corners of the "
        "fit's intervals, which end at the ranges. p of the fits: "
        f"{', '.join(f'{fit.p_value:.2g}' for fit in fits)}.\n"
    )


def _ends(fit: Refinement, preset: Preset) -> dict[str, np.ndarray]:
    """90 % intervals of a fit, which end at the ranges."""
    width = 1.645 * np.array([-1, 1])
    return {
        name: np.clip(value + width * fit.sd[name], preset.space[name].low, preset.space[name].high)
        for name, value in fit.values.items()
    }


def _read_back(
    k: int, row: pd.Series, true: pd.Series, kinds: str, fitted: dict[str, np.ndarray]
) -> list[tuple]:
    experiment = nmr.preset("cuda_2023").build(
        xi=true["xi"], alpha_x=true["alpha_x"], alpha_y=true["alpha_x"]
    )
    half = experiment.line_width / 2
    sums = [
        abs(nmr.preset("cuda_2023").build(xi=xi, alpha_x=1.0, alpha_y=1.0).W) for xi in fitted["xi"]
    ]
    fitted = fitted | {
        "alpha_x": (half * fitted["omega_p"][0] / sums[1], half * fitted["omega_p"][1] / sums[0])
    }
    found = {
        "omega_p": (experiment.omega_p, row["low_omega_p"], row["high_omega_p"]),
        "xi": (true["xi"], row["low_xi"], row["high_xi"]),
        "alpha_x": (
            true["alpha_x"],
            half * row["joint_low_omega_p"] / row["joint_high_W"],
            half * row["joint_high_omega_p"] / row["joint_low_W"],
        ),
    }
    return [
        (k, kinds, name, f"{value:.4g}", *_inside(value, low, high), *_inside(value, *fitted[name]))
        for name, (value, low, high) in found.items()
    ]


def _inside(value: float, low: float, high: float) -> tuple[str, str]:
    return f"{low:.3g} – {high:.3g}", "yes" if low <= value <= high else "no"


def _cuda(kernel: str) -> Preset:
    """The CUDA simulator's protocol with another kernel, at the same strengths."""
    preset = nmr.preset("cuda_2023")
    if kernel != "power_law":
        return preset.fix(kernel=kernel)
    rows = [
        nmr.Row("omega_p", "uniform", 0.3, 6),
        nmr.Row("xi", "fixed", values=(1.0,)),
        nmr.Row("p", "uniform", 2, 4),
    ]
    return nmr.table_preset(rows, preset.fix(kernel=kernel))


TASKS: dict[str, Callable[[int], str]] = {
    task.__name__.strip("_"): task
    for task in (applicability_, resimulation, refinement, longer_echo, foreign)
}


def main() -> None:
    """Run the tasks and write their pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", nargs="*", help=", ".join(TASKS))
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    for name in options.task or TASKS:
        page = TASKS[name](options.jobs)
        head = (
            f"# {TASKS[name].__doc__.splitlines()[0]}\n\n`python benchmarks/inference.py {name}`, "
        )
        text = f"{head}{datetime.date.today()}. {machine()}\n\n{page}"
        (HERE / "results" / f"inference_{name}.md").write_text(text, encoding="utf-8")
        print(f"\n{text}")


if __name__ == "__main__":
    main()
