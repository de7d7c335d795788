"""The task of the ML4SCI 2020 challenge, made again from regenerated curves: one table beside the published numbers.

    python benchmarks/learning.py [--samples 10000] [--jobs 2] [--output benchmarks/results/ml4sci_2020.md]

Curves go to NMR_DATA (default ./data); a data set that is there already, whole or begun, is continued.
"""

import argparse
import datetime
import shlex
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import nmr_core as nmr  # noqa: E402
from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.workspace import datasets_folder  # noqa: E402

DATA_SEED, SPLIT_SEED, TEST_SHARE = 2020, 0, 0.1
RECIPES = (("raw", "mean"), ("polynomial", "ridge"), ("raw", "ridge"), ("polynomial", "random_forest"), ("raw", "mlp"))
PUBLISHED = (
    ("predict-the-mean", ".3347", "≈ .25"),
    ("organisers' network (PyTorch 400-400-200-24-4)", ".17", "–"),
    ("AutoML attempts (autosklearn, AutoKeras), the best", ".2174", "–"),
    ("P. Giesting, 512-256 network", ".1265", "≈ .041"),
    ("VisEcho, complex CNN (alpha .00057, xi .0966, p .0102, d .0224)", ".1297", ".0331"),
)
"""Who, weighted error, the same without xi."""


def _progress(done: int, total: int, message: str) -> None:
    print(f"\r{100 * done // max(total, 1):3d} %  {message:<60}", end="", file=sys.stderr, flush=True)


def _runs(dataset: nmr.EchoDataset) -> list[nmr.Run]:
    runs = []
    for featurizer, model in RECIPES:
        runs.append(nmr.train(dataset, featurizer=featurizer, model=model, split=TEST_SHARE, seed=SPLIT_SEED,
                              title=f"{model}, {featurizer}", progress=_progress))
        print(f"\r{runs[-1].manifest.title}: {runs[-1].weighted_error()[0]:.4f}{'':<60}", file=sys.stderr)
    return runs


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return [lines[0], "|" + "---|" * len(head), *lines[1:], ""]


def _interval(error: tuple[float, float, float]) -> str:
    return f"{error[0]:.4f} ({error[1]:.4f}–{error[2]:.4f})"


def _number(value: float) -> str:
    return f"{value:.5f}" if value < 0.01 else f"{value:.4f}"


def report(dataset: nmr.EchoDataset, runs: list[nmr.Run], command: str) -> str:
    """The page as Markdown."""
    first = runs[0].manifest
    names = runs[0].targets
    lost = {name: reason for run in runs for name, reason in run.manifest.unidentifiable.items()}
    known = f"without {', '.join(lost) or 'nothing'}"
    errors = [(run.manifest.title, "here, regenerated data", _interval(run.weighted_error()),
               _interval(run.weighted_error(identifiable_only=True)), f"{run.manifest.seconds:.1f}") for run in runs]
    published = [(who, "published, original data", error, without, "–") for who, error, without in PUBLISHED]
    return "\n".join([
        "# ML4SCI 2020: parameters from echoes", "",
        f"`{command}`, {datetime.date.today()}. {machine()}.", "",
        f"{len(dataset):,} curves of preset `{first.preset}`, data seed {dataset.manifest.seed}; {first.n_train:,} to "
        f"train on, {first.n_test:,} to test on, the same for every model (split and model seed {first.seed}).", "",
        "Error = sum over the parameters of MSE/w², w the width of the prior; lower is better. In brackets: 95 % "
        "interval, bootstrap over the test curves (it does not contain the spread over splits, training sets or model "
        "seeds). Every model has its default settings; nothing is tuned here.", "",
        *(f"**{name} cannot be learned by anyone**: {reason}" for name, reason in lost.items()), "",
        "## Beside the published numbers", "",
        *_table(("who", "data", "error", known, "training, s"), published + errors),
        "The two kinds of rows were not measured on the same curves: the original files differ from ours in their "
        "offsets, their split and (by less than the sampling noise) their counter-rotating terms. A difference between "
        "the kinds shows the size of an effect, not a ranking.", "",
        "## Every parameter, here", "",
        "MSE/w²:", "",
        *_table(("model", *names), [(run.manifest.title, *(_number(v) for v in run.scores["mse_w2"])) for run in runs]),
        "R² (95 % interval):", "",
        *_table(("model", *names), [(run.manifest.title, *(f"{s.r2:.3f} ({s.r2_low:.3f}–{s.r2_high:.3f})"
                                                           for s in run.scores.itertuples())) for run in runs])])


def main() -> None:
    """Generate or resume, train, write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=10_000, help="curves (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=-1, help="processes that generate (default: every core)")
    parser.add_argument("--output", type=Path, default=HERE / "results" / "ml4sci_2020.md", help="the page to write")
    options = parser.parse_args()
    folder = datasets_folder() / f"ml4sci-2020-{options.samples}-seed-{DATA_SEED}"
    try:
        dataset = nmr.generate("ml4sci_2020", options.samples, seed=DATA_SEED, n_jobs=options.jobs, path=folder,
                               progress=_progress)
        text = report(dataset, _runs(dataset), shlex.join(["python", "benchmarks/learning.py", *sys.argv[1:]]))
    except nmr.InputError as error:
        parser.error(str(error))
    except nmr.FailedError as error:
        sys.exit(f"\n{error}")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(text, encoding="utf-8")
    print(options.output)


if __name__ == "__main__":
    main()
