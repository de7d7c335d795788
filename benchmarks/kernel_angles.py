"""Which of three kernels, and which couplings, from 1, 2, 4 and 8 pulse angles of one sample.

    python benchmarks/kernel_angles.py [--samples 1500] [--more 3500] [--jobs -1] [--kernels-only]

Samples go to NMR_DATA (default ./data), scores of finished folds to
NMR_DATA/kernel-angles-guided-N.json; both are continued if some are there. Writes OUTPUT.md and
OUTPUT.png, by default benchmarks/results/kernel_angles; the picture is drawn by Chromium
(playwright).
"""

import argparse
import datetime
import json
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import numpy as np  # noqa: E402
from lattice_size import HEIGHT, WIDTH, save_png  # noqa: E402
from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: E402
from sklearn.metrics import f1_score, r2_score  # noqa: E402
from sklearn.model_selection import StratifiedKFold, cross_val_predict  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core import features  # noqa: E402
from nmr_core.benchmark import machine  # noqa: E402
from nmr_core.models import MODELS, RECIPES  # noqa: E402
from nmr_core.plots import LIGHT  # noqa: E402
from nmr_core.plots.layout import axis, figure  # noqa: E402
from nmr_core.presets.pulse_angles import ANGLES, pulse_angles  # noqa: E402
from nmr_core.progress import printed  # noqa: E402
from nmr_core.storage.workspace import data_folder, datasets_folder  # noqa: E402

KERNELS = ("gaussian", "power_law", "rkky")
N_ANGLES = (1, 2, 4, 8)
SNRS = (0, 1000, 100)
"""Largest possible signal (1/2) over the noise of one quadrature; 0 = no noise."""
TARGETS = ("alpha_x", "alpha_z", "length_scale")
SEED = 4021
"""Of the first kernel's samples; the others count on."""
N_TURNED = 500
"""Samples of each kernel that are measured along the crystal's x axis too."""
TURNED = pulse_angles(4, (90.0,))
N_DRAWS = 1500
"""Draws of the prior of each kernel, for what moments alone would give."""
FOLDS = 5
BASELINE, ONE_ECHO = 0.167, 0.566
"""Weighted F1 of the mean predictor, and of the published recipe on one echo (90°, 180°) with a
line per sample (learning_kernels_2021.md)."""
ORIENTATIONS = {
    "4 angles, field along z": (0, 1, 2, 3),
    "2 angles, field along z and along x": (0, 1, 8, 9),
    "8 angles, field along z": tuple(range(8)),
    "4 angles, field along z and along x": (0, 1, 2, 3, 8, 9, 10, 11),
}
"""Echoes that are compared: positions in ANGLES, 8 and more along x."""


@dataclass
class Scores:
    """Scores of finished folds by name, stored after each."""

    path: Path
    values: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._read()

    def _read(self) -> None:
        """Add what is stored, by other processes too."""
        if self.path.exists():
            self.values = json.loads(self.path.read_text(encoding="utf-8")) | self.values

    def folds(self, name: str, compute: Callable[[int], list[float]]) -> np.ndarray:
        """Scores of all folds, (FOLDS, n_scores); those that are not stored are computed."""
        for fold in range(FOLDS):
            key = f"{name}, fold {fold}"
            if key not in self.values:
                self.values[key] = compute(fold)
                self._read()
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.write_text(json.dumps(self.values, indent=1), encoding="utf-8")
                print(key, np.round(self.values[key], 3), flush=True)
        return np.array([self.values[f"{name}, fold {fold}"] for fold in range(FOLDS)])


def samples(name: str, n: int, jobs: int, acquisitions: dict) -> list[nmr.EchoDataset]:
    """Data sets of the three kernels; sets of other acquisitions hold the same samples."""
    return [
        nmr.generate(
            nmr.preset(f"pulse_angles_{kernel}").measure(**acquisitions),
            n,
            seed=SEED + k,
            n_jobs=jobs,
            part_size=250,
            path=datasets_folder() / f"{name}-{kernel}-{n}",
            progress=printed,
        )
        for k, kernel in enumerate(KERNELS)
    ]


def signals_of(*several: list[nmr.EchoDataset]) -> np.ndarray:
    """Signals of the kernels, one after another; acquisitions of several sets side by side."""
    return np.concatenate(
        [
            np.concatenate([one.signals for one in sets], axis=1)
            for sets in zip(*several, strict=True)
        ]
    )


def noisy(signals: np.ndarray, snr: float) -> np.ndarray:
    """Signals with receiver noise, the standard deviation of a quadrature is 1/2 over the SNR."""
    if not snr:
        return signals
    rng = np.random.default_rng(SEED)
    result = signals.copy()
    for sample in result:
        re, im = rng.standard_normal((2, *sample.shape), dtype=np.float32)
        sample += (re + 1j * im) * np.float32(0.5 / snr)
    return result


def features_of(signals: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Features of every acquisition by itself, learned from the signals ``train``.

    float32 (n_samples, n_settings, n_features).
    """
    recipe = RECIPES["pulse_angles"]
    featurizer = features.build(recipe.featurizer, recipe.featurizer_options).fit(signals[train])
    return featurizer.transform(signals).reshape(*signals.shape[:2], -1)


class Study:
    """Scores of every number of angles, noise and task, and of more samples."""

    def __init__(self, n: int, n_more: int, jobs: int):
        self.n, self.n_more, self.jobs = n, n_more, jobs
        self.scores = Scores(data_folder() / f"kernel-angles-guided-{n}.json")
        every = pulse_angles(len(ANGLES))
        more = {name: values[4:] for name, values in every.items()}
        self.first = samples("pulse-angles", n, jobs, pulse_angles(4))
        self.more = samples("pulse-angles-more", n, jobs, more)
        self.kernel = np.repeat(KERNELS, n)
        self.numbers = numbers_of(self.first)
        self._features: dict[tuple, Any] = {}
        self._noisy: tuple[float, np.ndarray] = (-1.0, np.empty(0))

    def angles(self, task: str, snr: float, n_angles: int) -> np.ndarray:
        """Scores with the first angles, (FOLDS, n_scores)."""

        def one(fold: int) -> list[float]:
            X = self._of_fold(snr, fold)[:, :n_angles]
            return score(X, self.kernel, self.numbers, fold, task)

        return self.scores.folds(f"{task}, SNR {snr or 'infinite'}, {n_angles} angles", one)

    def _of_fold(self, snr: float, fold: int) -> np.ndarray:
        """Features of all angles, learned from the training part of a fold."""
        if (snr, fold) not in self._features:
            if self._noisy[0] != snr:
                self._noisy = snr, noisy(signals_of(self.first, self.more), snr)
            train, _ = parts(self.kernel, fold)
            self._features[snr, fold] = features_of(self._noisy[1], train)
        return self._features[snr, fold]

    def sizes(self) -> list[int]:
        """Samples per kernel of the learning curve."""
        return [self.n // 2, self.n, *range(self.n + 1000, self.n_more + 1, 1000)]

    def learning(self, n: int, n_angles: int = 4) -> np.ndarray:
        """F1 at SNR 1,000 from the first angles of n samples of each kernel, (FOLDS, 1).

        Every fold has the same test samples as with :attr:`n` samples: those are not added to.
        """
        if n == self.n:
            return self.angles("classification", 1000, n_angles)

        def one(fold: int) -> list[float]:
            X, kernel, numbers, both = self._larger(n, fold)
            return fitted(X[:, :n_angles], kernel, numbers, both, fold, "classification")

        angles = "" if n_angles == 4 else f", {n_angles} angles"
        return self.scores.folds(f"classification, SNR 1000, {n} samples{angles}", one)

    def _larger(self, n: int, fold: int) -> tuple:
        """Features, kernels, numbers, and training and test part of a fold of n samples."""
        if (n, fold) not in self._features:
            sets = samples("pulse-angles", max(self.n, self.n_more), self.jobs, pulse_angles(4))
            kernel = np.repeat(KERNELS, len(sets[0]))
            number = np.tile(np.arange(len(sets[0])), len(KERNELS))
            first, test = parts(self.kernel, fold)
            # Rows of the first samples in the larger set, then all further ones
            at = np.flatnonzero(number < self.n)
            further = np.flatnonzero((number >= self.n) & (number < n))
            share = np.random.default_rng(fold).permutation(len(first))[: len(first) * n // self.n]
            train = np.concatenate([at[first[share]], further])
            X = features_of(noisy(signals_of(sets), 1000), train)
            self._features[n, fold] = X, kernel, numbers_of(sets), (train, at[test])
        return self._features[n, fold]

    def orientations(self, task: str, settings: tuple[int, ...]) -> np.ndarray:
        """Scores at SNR 1,000 of some of 8 angles along z (0-7) and 4 along x (8-11)."""
        rows = np.concatenate([k * self.n + np.arange(N_TURNED) for k in range(len(KERNELS))])

        def one(fold: int) -> list[float]:
            X = self._turned(rows, fold)[:, list(settings)]
            return score(X, self.kernel[rows], self.numbers[rows], fold, task)

        return self.scores.folds(f"{task}, orientation {settings}", one)

    def _turned(self, rows: np.ndarray, fold: int) -> np.ndarray:
        """Features of 8 angles along z, then of 4 along x."""
        if ("turned", fold) not in self._features:
            turned = samples("pulse-angles-turned", N_TURNED, self.jobs, TURNED)
            along_z = signals_of(self.first, self.more)[rows]
            signals = noisy(np.concatenate([along_z, signals_of(turned)], axis=1), 1000)
            train, _ = parts(self.kernel[rows], fold)
            self._features["turned", fold] = features_of(signals, train)
        return self._features["turned", fold]


def numbers_of(sets: list[nmr.EchoDataset]) -> np.ndarray:
    """Numbers that every sample has, :data:`TARGETS` first, (n_samples, n_numbers)."""
    names = [*TARGETS, "W_tot", "W", "omega_p"]
    return np.concatenate([one.parameters[names].to_numpy(float) for one in sets])


def parts(kernel: np.ndarray, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """Training and test part of a fold."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    return list(folds.split(kernel, kernel))[fold]


def score(
    X: np.ndarray, kernel: np.ndarray, numbers: np.ndarray, fold: int, task: str
) -> list[float]:
    """Weighted F1, or R² of every target, on the test part of one fold."""
    return fitted(X, kernel, numbers, parts(kernel, fold), fold, task)


def fitted(
    X: np.ndarray,
    kernel: np.ndarray,
    numbers: np.ndarray,
    both: tuple[np.ndarray, np.ndarray],
    seed: int,
    task: str,
) -> list[float]:
    """The same on given training and test parts; X (n_samples, n_settings, n_features)."""
    train, test = both
    X = X.reshape(len(X), -1)
    recipe = RECIPES["pulse_angles"]
    model = MODELS[recipe.model](seed=seed, task=task, **recipe.model_options)
    if task == "classification":
        model.fit(X[train], kernel[train], numbers=numbers[train])
        return [float(f1_score(kernel[test], model.predict(X[test]), average="weighted"))]
    targets = numbers[:, : len(TARGETS)]
    predicted = model.fit(X[train], targets[train]).predict(X[test])
    return r2_score(targets[test], predicted, multioutput="raw_values").tolist()


def _mean_sd(values: np.ndarray) -> str:
    return f"{values.mean():.3f} ± {values.std(ddof=1):.3f}"


def _snr(snr: float) -> str:
    return f"{snr:,}" if snr else "∞"


def page(study: Study, picture: str, kernels_only: bool) -> str:
    """The tables, with where and how they were made."""
    f1 = {snr: [_mean_sd(study.angles("classification", snr, n)) for n in N_ANGLES] for snr in SNRS}
    head = " | ".join(f"{n} angle{'s' * (n > 1)}" for n in N_ANGLES)
    pairs = ", ".join(f"({first:g}°, {second:g}°)" for first, second in ANGLES)
    lines = [
        "# Which kernel? From 1, 2, 4 and 8 pulse angles of one sample",
        "",
        f"`{shlex.join(['python', *sys.argv])}`, {datetime.date.today()}. {machine()}.",
        "",
        "Gaussian, power-law and RKKY kernels, weak coupling, prior and time grid of the sets of "
        "2021, with **a line per sample** (`offsets=iid`) that all its acquisitions share: presets "
        f"`pulse_angles_*`, data seeds {SEED} to {SEED + 2}, 3 × {study.n:,} samples in {FOLDS} "
        "folds (mean ± standard deviation over the folds, model seed = fold), recipe "
        "`pulse_angles`. SNR: the largest possible signal (1/2) over the noise of one quadrature.",
        "",
        f"First and second pulse, in this order: {pairs}.",
        "",
        f"Weighted F1 (mean predictor: {BASELINE}; published recipe on one echo at 90°, 180°: "
        f"{ONE_ECHO}):",
        "",
        f"| SNR | {head} |",
        "|---" * (1 + len(N_ANGLES)) + "|",
        *(f"| {_snr(snr)} | {' | '.join(f1[snr])} |" for snr in SNRS),
        "",
        f"![F1 against the number of pulse angles]({picture})",
        "",
        *_learning(study),
        *_limits(study),
    ]
    return "\n".join(lines if kernels_only else [*lines, *_couplings(study), *_turned(study)])


def _learning(study: Study) -> list[str]:
    rows = [f"| 3 × {n:,} | {_mean_sd(study.learning(n))} |" for n in study.sizes()]
    most = study.sizes()[-1]
    one, two = (_mean_sd(study.learning(most, n)) for n in (1, 2))
    return [
        "More samples, four angles, SNR 1,000 (in every fold the same test samples; the further "
        "samples are all for training):",
        "",
        "| samples, with the test part | F1 |",
        "|---|---|",
        *rows,
        "",
        f"With 3 × {most:,} samples one angle reaches {one} and two reach {two}. From four "
        "the curve still rises: the number of samples limits the score, not yet the echoes.",
        "",
    ]


def _limits(study: Study) -> list[str]:
    """What a perfect knowledge of some moments of the kernel would give."""
    limits = study.scores.values.get("limits")
    if limits is None:
        limits = study.scores.values["limits"] = moments_alone()
    means, neighbours, fourth = (f"{value:.3f}" for value in limits)
    return [
        "Why one echo at 90°, 180° is not enough: there the echo is exactly the same for couplings "
        "of opposite sign, whatever the line (`tests/test_pulse_angles.py`), so RKKY (negative) "
        "cannot be told from a positive kernel by its sign; at other angles it can. Gaussian and "
        "power law then differ by moments of the kernel. If these were known without error, and "
        "RKKY were always recognised, the accuracy over three kernels would be "
        f"{means} from both mean fields (alpha_x W and alpha_z W), {neighbours} with the number of "
        f"neighbours W²/ΣK² too, {fourth} with ΣK⁴/(ΣK²)² too (boosting, 5 folds, 2 × {N_DRAWS:,} "
        "draws of the prior).",
        "",
        "The pairs of angles were chosen among 18 by a greedy search on 2 × 250 other samples (R² "
        "of log W²/ΣK² and log ΣK⁴/(ΣK²)² by ridge on polynomials); (70°, 70°) stands first "
        "because (90°, 180°) hides the sign.",
        "",
    ]


def moments_alone() -> list[float]:
    """Accuracy over three kernels from moments of the Gaussian and the power-law kernel alone."""
    rows = []
    for number, kernel in enumerate(KERNELS[:2]):
        for k in range(N_DRAWS):
            rng = np.random.default_rng([SEED, number, k])
            drawn = nmr.preset(f"pulse_angles_{kernel}").draw_sample(rng).experiments[0]
            K = drawn.interaction
            W, second, fourth = K.sum(), (K**2).sum(), (K**4).sum()
            fields = drawn.alpha_x * W, drawn.alpha_z * W
            rows.append([*fields, W**2 / second, fourth / second**2])
    X = np.array(rows)
    y = np.repeat(KERNELS[:2], N_DRAWS)
    accuracies = []
    for n_columns in (2, 3, 4):
        model = HistGradientBoostingClassifier(max_iter=150, random_state=0)
        predicted = cross_val_predict(model, X[:, :n_columns], y, cv=FOLDS)
        accuracies.append(float((1 + 2 * np.mean(predicted == y)) / 3))
    return accuracies


def _couplings(study: Study) -> list[str]:
    rows = []
    for snr in (1000,):
        for n in N_ANGLES:
            r2 = [_mean_sd(column) for column in study.angles("regression", snr, n).T]
            rows.append(f"| {_snr(snr)} | {n} | {' | '.join(r2)} |")
    return [
        "R² of the couplings and of the length scale:",
        "",
        "| SNR | angles | alpha_x | alpha_z | length scale |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]


def _turned(study: Study) -> list[str]:
    rows = []
    for name, settings in ORIENTATIONS.items():
        f1 = _mean_sd(study.orientations("classification", settings))
        r2 = [_mean_sd(column) for column in study.orientations("regression", settings).T]
        rows.append(f"| {name} | {f1} | {' | '.join(r2)} |")
    return [
        "Field along the crystal's z axis, and turned to its x axis (`orientation=90`), SNR 1,000, "
        f"3 × {N_TURNED:,} samples:",
        "",
        "| acquisitions | F1 | R² alpha_x | R² alpha_z | R² length scale |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]


def drawing(study: Study):
    """F1 against the number of angles: a line and a band (± sd of the folds) per noise level."""
    traces = []
    for snr, colour in zip(SNRS, (LIGHT.series[0], LIGHT.series[1], LIGHT.series[3]), strict=True):
        f1 = np.stack([study.angles("classification", snr, n)[:, 0] for n in N_ANGLES])
        mean, sd = f1.mean(axis=1), f1.std(axis=1, ddof=1)
        band = [*(mean + sd), *(mean - sd)[::-1]]
        traces.append(
            {
                "type": "scatter",
                "x": [*N_ANGLES, *N_ANGLES[::-1]],
                "y": band,
                "fill": "toself",
                "fillcolor": colour,
                "opacity": 0.2,
                "line": {"width": 0},
                "mode": "lines",
                "showlegend": False,
                "hoverinfo": "skip",
            }
        )
        traces.append(
            {
                "type": "scatter",
                "x": list(N_ANGLES),
                "y": mean,
                "mode": "lines+markers",
                "name": f"SNR {_snr(snr)}, 3 × {study.n:,} samples",
                "line": {"color": colour, "width": 2},
                "marker": {"size": 9, "color": colour},
            }
        )
    most = study.sizes()[-1]
    more = np.stack([study.learning(most, n)[:, 0] for n in N_ANGLES[:3]])
    traces.append(
        {
            "type": "scatter",
            "x": list(N_ANGLES[:3]),
            "y": more.mean(axis=1),
            "error_y": {"array": more.std(axis=1, ddof=1), "thickness": 1.5},
            "mode": "lines+markers",
            "name": f"SNR 1,000, 3 × {most:,} samples",
            "line": {"color": LIGHT.series[2], "width": 2},
            "marker": {"size": 11, "symbol": "diamond", "color": LIGHT.series[2]},
        }
    )
    for name, colour, symbol, several in (
        ("field along z", LIGHT.series[4], "circle-open", list(ORIENTATIONS.values())[::2]),
        ("field along z and x", LIGHT.series[5], "square-open", list(ORIENTATIONS.values())[1::2]),
    ):
        f1 = [study.orientations("classification", settings).mean() for settings in several]
        traces.append(
            {
                "type": "scatter",
                "x": [len(settings) for settings in several],
                "y": f1,
                "mode": "lines+markers",
                "name": f"{name}, 3 × {N_TURNED:,} samples",
                "line": {"color": colour, "width": 1.5, "dash": "dot"},
                "marker": {"size": 10, "symbol": symbol, "color": colour},
            }
        )
    traces.append(
        {
            "type": "scatter",
            "x": [N_ANGLES[0], N_ANGLES[-1]],
            "y": [ONE_ECHO, ONE_ECHO],
            "mode": "lines",
            "name": "published recipe, one echo at 90°, 180°",
            "line": {"color": LIGHT.ink, "width": 1.5, "dash": "dash"},
        }
    )
    ticks = {"tickvals": list(N_ANGLES), "ticktext": [str(n) for n in N_ANGLES]}
    drawn = figure(
        traces,
        LIGHT,
        axis("acquisitions (pulse angles × field axes) of one sample", LIGHT, type="log", **ticks),
        axis("weighted F1 of three kernels", LIGHT, range=[0.54, 0.9]),
        height=HEIGHT,
    )
    return drawn.update_layout(width=WIDTH, paper_bgcolor="white", plot_bgcolor="white")


def main() -> None:
    """Simulate or continue, score, write both files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--samples", type=int, default=1500, help="samples of each kernel (default 1500)"
    )
    parser.add_argument(
        "--more", type=int, default=3500, help="at most, of the learning curve (default 3500)"
    )
    parser.add_argument("--jobs", type=int, default=-1, help="processes that simulate")
    parser.add_argument(
        "--kernels-only", action="store_true", help="without couplings and orientations"
    )
    parser.add_argument(
        "--output", type=Path, default=HERE / "results" / "kernel_angles", help="without ending"
    )
    args = parser.parse_args()
    study = Study(args.samples, args.more, args.jobs)
    args.output.with_suffix(".md").write_text(
        page(study, f"{args.output.name}.png", args.kernels_only), encoding="utf-8"
    )
    save_png(drawing(study), args.output.with_suffix(".png"))
    print(args.output.with_suffix(".md"), args.output.with_suffix(".png"), sep="\n")


if __name__ == "__main__":
    main()
