"""What can be learned from the curves of the three published tasks, made again, beside the
published numbers.

    python benchmarks/learning.py TASK ... [--jobs 2]

TASK: challenge_2020, kernels_2021, couplings_2021, strong_2021, deeplearn_2024; none = all.
Curves go to NMR_DATA (default ./data) and are continued if some are there; a page a task goes to
benchmarks/results.
"""

import argparse
import datetime
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import numpy as np  # noqa: E402
from sklearn.ensemble import ExtraTreesClassifier  # noqa: E402
from sklearn.metrics import f1_score  # noqa: E402
from tables import table  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core import features  # noqa: E402
from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.evaluation.published import PUBLISHED, of_recipe  # noqa: E402
from nmr_core.models import RECIPES  # noqa: E402
from nmr_core.progress import printed  # noqa: E402
from nmr_core.storage.workspace import datasets_folder  # noqa: E402

SEED = 0
KERNELS = ("gaussian", "power_law", "rkky")
RIDGE = ("ridge, polynomials", {"featurizer": "polynomial", "model": "ridge"})
CHALLENGE = (
    ("baseline", {"model": "mean"}),
    RIDGE,
    *(
        (name, {"recipe": name})
        for name in (
            "giesting_32_32",
            "organisers_network",
            "giesting_512_256",
            "winners_2020",
            "quick",
            "standard",
            "thorough",
        )
    ),
)
OURS = {"recipe": "standard"}
SEEDS = {"frozen": (2021, 2022, 2023), "iid": (2021, 2021, 2021)}
NOTE = (
    "Curves regenerated, data seeds in the script, split and model seed 0. In brackets: 95 % "
    "intervals, bootstrap over test curves (they do not contain the spread over splits, training "
    "sets or model seeds)."
)
OFFSETS = {line: {"offsets": line} for line in ("frozen", "iid")}
LINES = {
    "frozen": "one line for all curves (offsets=frozen)",
    "iid": "one line per curve (offsets=iid)",
}


def _data(preset: str, n: int, seed: int, jobs: int, **held) -> nmr.EchoDataset:
    folder = datasets_folder() / "-".join(
        [preset, str(n), f"seed-{seed}", *map(str, held.values())]
    )
    return nmr.generate(
        nmr.preset(preset).fix(**held), n, seed=seed, n_jobs=jobs, path=folder, progress=printed
    )


def _joined(regime: str, n: int, jobs: int, seeds: tuple[int, int, int], **held) -> nmr.EchoDataset:
    """Three kernels.

    Sets of one seed share their draws, which then stay on one side of every split.
    """
    several = [
        _data(f"gsoc_2021_{regime}_{kernel}", n, seed, jobs, **held)
        for kernel, seed in zip(KERNELS, seeds, strict=True)
    ]
    return nmr.join(several, title=f"gsoc_2021_{regime}, three kernels")


def _train(dataset: nmr.EchoDataset, title: str, **options) -> nmr.Run:
    run = nmr.train(dataset, seed=SEED, title=title, progress=printed, **options)
    print(f"\r{title}: {run.manifest.seconds:.0f} s{'':<60}", file=sys.stderr)
    return run


def _interval(value: float, low: float, high: float) -> str:
    return f"{value:.4f} ({low:.4f}–{high:.4f})"


def _published(family: str, metric: str) -> list[tuple[str, str]]:
    return [
        (
            p.who + (f", {p.target}" if p.target else "") + ("" if p.honest else " (not honest)"),
            f"{p.value:g}",
        )
        for p in PUBLISHED
        if p.family == family and p.metric == metric
    ]


def _r2(run: nmr.Run) -> list[str]:
    return [f"{s.r2:.4f} ({s.r2_low:.4f}–{s.r2_high:.4f})" for s in run.scores.itertuples()]


def challenge_2020(jobs: int) -> str:
    """10,000 curves of ml4sci_2020_secular with seed 2020: 9,000 for training, 1,000 for tests."""
    dataset = _data("ml4sci_2020_secular", 10_000, 2020, jobs)
    runs = [_train(dataset, title, **options) for title, options in CHALLENGE]
    rows = []
    for run in runs:
        was = {score.metric: score.value for score in of_recipe(run.manifest.recipe)}
        rows.append(
            (
                run.manifest.title,
                _interval(*run.weighted_error(identifiable_only=True)),
                f"{was.get('error', '–')}",
                _interval(*run.weighted_error()),
                f"{was.get('error_total', '–')}",
                *(f"{v:.5f}" for v in run.scores["mse_w2"]),
                f"{run.manifest.seconds:.0f}",
            )
        )
    return (
        table(
            (
                "recipe",
                "error without xi",
                "published",
                "error, all four",
                "published",
                *(f"MSE/w² {name}" for name in runs[0].targets),
                "training, s",
            ),
            rows,
        )
        + "\n"
        + "\n".join(
            f"**{n} cannot be learned**: {r}" for n, r in runs[0].manifest.unidentifiable.items()
        )
        + "\n\nPublished, without xi:\n\n"
        + table(("who", "error"), _published("ml4sci_2020", "error"))
    )


def kernels_2021(jobs: int) -> str:
    """Which of three kernels: 3 × 3,500 curves, 5 folds."""
    rows = []
    for line, said in LINES.items():
        dataset = _joined("weak", 3500, jobs, SEEDS[line], **OFFSETS[line])
        for title, options in (
            ("extra_trees_2021", {"recipe": "extra_trees_2021"}),
            ("knn_2021", {"recipe": "knn_2021"}),
            ("logistic_2021", {"recipe": "logistic_2021"}),
            ("standard", OURS),
        ):
            made = nmr.study(
                "cross_validation",
                dataset,
                targets=["kernel"],
                folds=5,
                seed=SEED,
                progress=printed,
                **options,
            ).summary
            rows.append(
                (
                    said,
                    title,
                    _interval(1 - made["error"], 1 - made["error_high"], 1 - made["error_low"]),
                    f"{1 - made['baseline']:.3f}",
                )
            )
            print(f"\r{rows[-1]}", file=sys.stderr)
    return (
        table(("line", "recipe", "weighted F1, 5 folds", "baseline"), rows)
        + "\nPublished:\n\n"
        + table(("who", "weighted F1"), _published("gsoc_2021_weak", "f1_weighted"))
    )


def couplings_2021(jobs: int) -> str:
    """Couplings and length of the same 3 × 3,500 curves: 9,450 for training, 1,050 for tests."""
    rows = []
    for line, said in LINES.items():
        dataset = _joined("weak", 3500, jobs, SEEDS[line], **OFFSETS[line])
        for title, options in (
            ("baseline", {"model": "mean"}),
            ("forest_2021", {"recipe": "forest_2021"}),
            ("standard", OURS),
        ):
            run = _train(dataset, title, targets=["alpha_x", "alpha_z", "length_scale"], **options)
            rows.append((said, title, *_r2(run), f"{run.manifest.seconds:.0f}"))
    return (
        table(
            ("line", "recipe", "R² alpha_x", "R² alpha_z", "R² length scale", "training, s"), rows
        )
        + "\nPublished:\n\n"
        + table(("who", "R²"), _published("gsoc_2021_weak", "r2"))
    )


def _against_the_rest(true: np.ndarray, predicted: np.ndarray) -> str:
    """Weighted F1 of power law against the rest, with its 95 % bootstrap interval."""
    t, p = (np.asarray(values) == "power_law" for values in (true, predicted))
    rng = np.random.default_rng(SEED)
    drawn = [
        f1_score(t[i], p[i], average="weighted") for i in rng.integers(0, len(t), (300, len(t)))
    ]
    return _interval(f1_score(t, p, average="weighted"), *np.quantile(drawn, [0.025, 0.975]))


def strong_2021(jobs: int) -> str:
    """Power law against the rest, strong coupling: 3 × 400 curves, 30 % for the test."""
    dataset, rows = _joined("strong", 400, jobs, (2021, 2022, 2023), offsets="iid"), []
    for title, options in (
        ("baseline", {"model": "mean"}),
        ("extra_trees_2021", {"recipe": "extra_trees_2021"}),
        ("standard", OURS),
    ):
        run = _train(dataset, title, targets=["kernel"], split=0.3, **options)
        found = run.predictions
        rows.append(
            (
                title,
                _against_the_rest(found["true_kernel"], found["predicted_kernel"]),
                _interval(*run.f1_weighted()),
            )
        )
    rows.append(
        (
            "extra_trees_2021, **copies of power-law curves made before the split (a leak, on "
            "purpose)**",
            _leaked(dataset),
            "–",
        )
    )
    return (
        table(("recipe", "F1w, power law against the rest", "F1w, three kernels"), rows)
        + "\nPublished:\n\n"
        + table(("who", "weighted F1"), _published("gsoc_2021_strong", "f1_weighted"))
    )


def _leaked(dataset: nmr.EchoDataset) -> str:
    """What oversampling before the split does: the test part holds copies of training curves."""
    recipe, y = RECIPES["extra_trees_2021"], dataset.parameters["kernel"].to_numpy()
    X = features.build(recipe.featurizer, recipe.featurizer_options).fit_transform(dataset.signals)
    rows = np.concatenate([np.arange(len(y)), *[np.flatnonzero(y == "power_law")] * 3])
    rng = np.random.default_rng(SEED)
    rows = rng.permutation(rows)
    test, train = np.split(rows, [len(rows) // 3])
    model = ExtraTreesClassifier(100, random_state=SEED).fit(X[train], y[train])
    return _against_the_rest(y[test], model.predict(X[test]))


def deeplearn_2024(jobs: int) -> str:
    """Both kernels of the 2024 challenge, 5,000 curves each: 4,500 for training, 500 for tests."""
    rows = []
    for kernel in ("gaussian", "rkky"):
        dataset = _data(f"deeplearn_2024_{kernel}", 5000, 2024, jobs)
        for title, options in (("baseline", {"model": "mean"}), RIDGE, ("standard", OURS)):
            run = _train(dataset, title, **options)
            rows.append(
                (
                    kernel,
                    title,
                    _interval(*run.weighted_error()),
                    *_r2(run),
                    f"{run.manifest.seconds:.0f}",
                )
            )
    return table(
        ("kernel", "recipe", "error", "R² alpha", "R² omega_p", "R² d", "training, s"), rows
    )


TASKS: dict[str, Callable[[int], str]] = {
    task.__name__: task
    for task in (challenge_2020, kernels_2021, couplings_2021, strong_2021, deeplearn_2024)
}


def main() -> None:
    """Generate or continue, train, write a page a task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=", ".join(TASKS))
    parser.add_argument(
        "--jobs", type=int, default=-1, help="processes that simulate (default: every core)"
    )
    options = parser.parse_args()
    unknown = set(options.tasks) - set(TASKS)
    if unknown:
        parser.error(f"there is no task {min(unknown)}; there are {', '.join(TASKS)}")
    for name in options.tasks or TASKS:
        text = TASKS[name](options.jobs)
        page = HERE / "results" / f"learning_{name}.md"
        page.write_text(
            f"# {TASKS[name].__doc__.splitlines()[0]}\n\n`python benchmarks/learning.py {name}`, "
            f"{datetime.date.today()}. {machine()}. {NOTE}\n\n{text}",
            encoding="utf-8",
        )
        print(page)


if __name__ == "__main__":
    main()
