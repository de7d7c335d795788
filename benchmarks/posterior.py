"""The joint posterior of single echoes beside importance sampling on the simulator.

    python benchmarks/posterior.py [--run pretrained-ml4sci-2020] [--family binned] [--echoes 20]
        [--simulations 3000] [--seeds 77,78] [--signals FOLDER] [--out FILE.md]

The echoes are the first of each seed, none is left out. For each, the simulator runs at 3,000
proposals around the amortised posterior, and the posterior given the same summary is computed from
these signals alone (nmr_core/inference/posterior/reference.py has the equations). --signals keeps
the simulated signals, one file per echo, so that another posterior of the same run can be compared
without simulating again. Two references, each from half of the signals, show their noise.
The page goes to benchmarks/results/inference_posterior.md.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from scipy.special import ndtr  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core.effects import Context, apply_effects, effects_from  # noqa: E402
from nmr_core.inference.posterior import Posterior, find_posterior, load_posterior  # noqa: E402
from nmr_core.inference.posterior.reference import (  # noqa: E402
    Proposal,
    Reference,
    importance_sample,
)
from nmr_core.learning.origin import effects_of, fresh_signals, preset_of  # noqa: E402
from nmr_core.measured.signals import simulate_at  # noqa: E402

CHUNK = 500
MEAN_WITHIN, SD_WITHIN = 0.2, 0.2
"""Largest difference of the means, in sd of the reference, and of the sd, relative."""


class Simulations:
    """Proposals and signals of each echo, simulated once and kept in a folder."""

    def __init__(self, folder: Path | None):
        self.folder = folder

    def get(self, key: tuple[int, int], proposal: Proposal, n: int, run, posterior: Posterior):
        """Return the proposal, probits (n, n_parameters) and signals of an echo (seed, number)."""
        file = self.folder / f"{key[0]}-{key[1]}.npz" if self.folder else None
        if file and file.exists():
            with np.load(file) as stored:
                return Proposal(stored["mean"], stored["root"]), stored["z"], stored["signals"]
        z = proposal.sample(n, np.random.default_rng(key))
        values = posterior.parameters.units(ndtr(z))
        signals = _simulated(run, posterior.names, values, key)
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(file, mean=proposal.mean, root=proposal.root, z=z, signals=signals)
        return proposal, z, signals


def _simulated(run, names: tuple[str, ...], values: np.ndarray, key: tuple[int, int]) -> np.ndarray:
    """One signal per row of values; parameters without a posterior are from the prior."""
    preset, effects = preset_of(run), effects_from(effects_of(run))
    rng = np.random.default_rng([*key, 1])
    context = Context.of(preset.experiments()[0].protocol)
    blocks = []
    for first in range(0, len(values), CHUNK):
        rows = values[first : first + CHUNK]
        parameters = [
            preset.drawn.draw(rng) | dict(zip(names, map(float, row), strict=True)) for row in rows
        ]
        seeds = [[*key, 2, first + k] for k in range(len(rows))]
        signals = simulate_at(preset, parameters, seeds)
        for k in range(len(signals)) if effects else ():
            signals[k] = apply_effects(effects, context, signals[k : k + 1], key[0], first + k)[0]
        blocks.append(signals.astype(np.complex64))
    return np.concatenate(blocks)


def compared(
    posterior: Posterior, run, seed: int, n_echoes: int, n: int, simulations: Simulations
) -> pd.DataFrame:
    """Return one row per echo and parameter: both means and sds, and their differences."""
    parameters, signals = fresh_signals(run, n_echoes, seed=seed)
    contexts = posterior.summary(run, signals)
    rows = []
    for echo in range(n_echoes):
        rng = np.random.default_rng([seed, echo, 3])
        y = posterior.density.sample(contexts[echo : echo + 1], 20_000, rng)[0]
        proposal, z, simulated = simulations.get(
            (seed, echo), Proposal.around(y), n, run, posterior
        )
        t = posterior.summary(run, simulated)[:, : len(posterior.names)]
        point = contexts[echo, : len(posterior.names)]
        reference = importance_sample(proposal, z, t, point)
        halves = [importance_sample(proposal, z[k::2], t[k::2], point) for k in (0, 1)]
        truth = parameters.loc[echo, list(posterior.names)].to_numpy(float)
        rows += _rows(posterior, f"{seed}/{echo}", truth, y, reference, halves)
        print(pd.DataFrame(rows[-len(posterior.names) :]).round(3).to_string(), flush=True)
    return pd.DataFrame(rows)


def _rows(
    posterior: Posterior,
    echo: str,
    truth: np.ndarray,
    y: np.ndarray,
    reference: Reference,
    halves: list[Reference],
) -> list[dict]:
    width = posterior.parameters.high - posterior.parameters.low
    mean, sd = y.mean(axis=0), y.std(axis=0)
    exact, exact_sd = reference.mean, reference.sd
    return [
        {
            "echo": echo,
            "parameter": name,
            "true": truth[k],
            "mean": posterior.parameters.units(mean)[k],
            "reference": posterior.parameters.units(exact)[k],
            "difference": (mean[k] - exact[k]) / exact_sd[k],
            "sd": sd[k] * width[k],
            "reference_sd": exact_sd[k] * width[k],
            "ratio": sd[k] / exact_sd[k],
            "half_difference": (halves[0].mean[k] - halves[1].mean[k]) / exact_sd[k],
            "half_ratio": halves[0].sd[k] / halves[1].sd[k],
            "n_effective": reference.n_effective,
        }
        for k, name in enumerate(posterior.names)
    ]


def rms(values: pd.Series) -> float:
    """Root mean square."""
    return float(np.sqrt((values**2).mean()))


def page(posterior: Posterior, table: pd.DataFrame, n: int, command: str) -> str:
    """Return the page of results."""
    worst = table["difference"].abs()
    ratio = (table["ratio"] - 1).abs()
    head = "| echo | parameter | true | mean | reference | difference / sd | sd | reference sd |"
    lines = [
        f"| {row.echo} | {row.parameter} | {row['true']:.4g} | {row['mean']:.4g} | "
        f"{row.reference:.4g} | {row.difference:+.2f} | {row.sd:.3g} | {row.reference_sd:.3g} | "
        f"{row.ratio:.2f} | {row.n_effective:.0f} |"
        for _, row in table.iterrows()
    ]
    ranks = posterior.ranks.table()
    tests = [
        f"| {name} | {row.p_ks:.3f} | {row.p_chi2:.3f} | {row.covered_50:.3f} | "
        f"{row.covered_90:.3f} |"
        for name, row in ranks.iterrows()
    ]
    return "\n".join(
        [
            "# The joint posterior of one echo",
            "",
            f"`{command}`: the posterior of {posterior.run} ({posterior.family}, learned from "
            f"{posterior.n_fit:,} curves) beside importance sampling on the simulator.",
            "",
            "## Ranks of new curves",
            "",
            posterior.ranks.sentence,
            "",
            "| | p (KS) | p (χ²) | in 50 % | in 90 % |",
            "|---|---|---|---|---|",
            *tests,
            "",
            "## Single echoes",
            "",
            f"{table['echo'].nunique()} echoes (seed/number), none left out; {n:,} simulations "
            "each, weighted by a kernel around the echo's own summary and by prior over proposal "
            "(`nmr_core/inference/posterior/reference.py`).",
            "",
            f"- Means: median |difference| {worst.median():.2f} sd, largest {worst.max():.2f}; "
            f"{(worst <= MEAN_WITHIN).sum()} of {len(table)} within {MEAN_WITHIN} sd.",
            f"- Standard deviations: median |ratio - 1| {ratio.median():.2f}, largest "
            f"{ratio.max():.2f}; {(ratio <= SD_WITHIN).sum()} of {len(table)} within 20 %.",
            *[
                f"- {name}: rms difference {rms(rows['difference']):.2f} sd, mean ratio of the "
                f"standard deviations {rows['ratio'].mean():.2f}."
                for name, rows in table.groupby("parameter", sort=False)
            ],
            f"- Effective samples of the reference: {table['n_effective'].min():.0f} to "
            f"{table['n_effective'].max():.0f}. References from either half of the signals differ "
            f"by rms {rms(table['half_difference']):.2f} sd in the mean and "
            f"{100 * rms(table['half_ratio'] - 1):.0f} % in the sd, so the noise of a full "
            f"reference is about {rms(table['half_difference']) / 2:.2f} sd and "
            f"{50 * rms(table['half_ratio'] - 1):.0f} %.",
            "",
            f"{head} ratio | effective n |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *lines,
            "",
        ]
    )


def main() -> None:
    """Compare and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", default="pretrained-ml4sci-2020")
    parser.add_argument("--family", default="")
    parser.add_argument("--echoes", type=int, default=20)
    parser.add_argument("--simulations", type=int, default=3000)
    parser.add_argument("--seeds", default="77,78", help="of the echoes, separated by commas")
    parser.add_argument("--signals", type=Path, help="keep simulated signals in this folder")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "inference_posterior.md")
    options = parser.parse_args()
    run = nmr.load_run(options.run)
    if find_posterior(run) and not options.family:
        posterior = load_posterior(run)
    else:
        posterior = nmr.fit_posterior(run, family=options.family, n_jobs=-1)
    simulations = Simulations(options.signals)
    tables = [
        compared(posterior, run, int(seed), options.echoes, options.simulations, simulations)
        for seed in options.seeds.split(",")
    ]
    table = pd.concat(tables, ignore_index=True)
    text = page(posterior, table, options.simulations, "python benchmarks/posterior.py")
    options.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
