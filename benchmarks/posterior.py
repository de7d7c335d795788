"""The joint posterior of single echoes, amortised and refined, beside importance sampling.

    python benchmarks/posterior.py [--run pretrained-ml4sci-2020] [--posterior FOLDER]
        [--curves TEXT] [--echoes 20] [--simulations 3000] [--reference 6000]
        [--seeds 77,78] [--signals FOLDER ...] [--refined FOLDER] [--stored] [--out FILE.md]

The echoes are the first of each seed of one run. For each, the posterior is refined with 3,000
simulations (nmr.posterior(..., simulations=3000)). The reference is a second run of the same method
with 6,000 others: other seeds, wider proposals, a smaller fraction accepted. A bias that summary,
kernel and regression have in both cancels. Two references, each from half of the signals, show the
noise of the reference.
--signals stores the signals of the references, one file per echo, and reads them again; of several
folders all signals are used, and new ones go to the first. --refined stores the refined posteriors.
With --stored only the echoes whose files are there are compared.
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
from nmr_core.inference.posterior import Posterior, find_posterior, load_posterior  # noqa: E402
from nmr_core.inference.posterior.reference import (  # noqa: E402
    ACCEPTED,
    Proposal,
    Proposals,
    importance_sample,
)
from nmr_core.learning.origin import fresh_signals  # noqa: E402
from nmr_core.measured.local import local_signals  # noqa: E402
from nmr_core.measured.refined_posterior import ENOUGH, refine_posterior  # noqa: E402

MEAN_WITHIN, SD_WITHIN = 0.2, 0.2
"""Largest difference of the means, in sd of the reference, and of the sd, relative."""
WIDTHS, SHARES = (1.4, 2.8), (0.75, 0.25)
"""Proposal of the reference."""
KERNEL = 0.2
"""Fraction of its signals inside the kernel."""
SEED = 5_000_000
"""Added to the seeds of a reference."""
Signals = tuple[Proposal, np.ndarray, np.ndarray]
"""Proposal, probits (n, n_parameters), signals."""


def stored_signals(folders: list[Path], name: str) -> list[Signals]:
    """Return the signals of earlier references of an echo."""
    parts = []
    for folder in folders:
        if not (folder / f"{name}.npz").exists():
            continue
        with np.load(folder / f"{name}.npz") as file:
            widths = tuple(file["widths"]) if "widths" in file else (1.0,)
            shares = tuple(file["shares"]) if "shares" in file else (1.0,)
            proposal = Proposal(file["mean"], file["root"], widths, shares)
            parts.append((proposal, file["z"], file["signals"]))
    return parts


def simulated(
    run: nmr.Run, learned: Posterior, context: np.ndarray, n: int, seed: int, file: Path | None
) -> Signals:
    """Simulate the signals of a reference, and store them in a file."""
    rng = np.random.default_rng([seed, 1])
    y = learned.density.sample(context[None], 20_000, rng)[0]
    proposal = Proposal.around(y, WIDTHS, SHARES)
    z = proposal.sample(n, rng)
    signals = local_signals(run, learned.names, learned.parameters.units(ndtr(z)), seed=seed)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        arrays = {"mean": proposal.mean, "root": proposal.root, "z": z, "signals": signals}
        np.savez(file, widths=WIDTHS, shares=SHARES, **arrays)
    return proposal, z, signals


def references(
    parts: list[Signals], learned: Posterior, run: nmr.Run, point: np.ndarray
) -> list[dict]:
    """Return mean, sd, effective and simulated number: of all signals, and of either half."""
    z = np.concatenate([z for _, z, _ in parts])
    c = np.concatenate([learned.summary(run, signals)[:, : len(point)] for _, _, signals in parts])
    proposals = Proposals(tuple(part[0] for part in parts), tuple(len(part[1]) for part in parts))
    results = []
    for chosen in (slice(None), slice(0, None, 2), slice(1, None, 2)):
        result = importance_sample(proposals, z[chosen], c[chosen], point, accepted=KERNEL)
        results.append(
            {"mean": result.mean, "sd": result.sd, "n": result.n_effective, "n_all": len(z)}
        )
    return results


def refined(
    run: nmr.Run, learned: Posterior, signals: np.ndarray, n: int, seed: int, file: Path | None
) -> dict:
    """Return mean and sd of the refined one, as fractions of the ranges, and its numbers.

    n is the effective number, n_all that of simulations, 0 in a stored file without it.
    """
    low, width = learned.parameters.low, learned.parameters.high - learned.parameters.low
    if file and file.exists():
        with np.load(file) as stored:
            mean, sd, n_effective = stored["mean"], stored["sd"], float(stored["n"])
            n_all = int(stored["n_all"]) if "n_all" in stored else 0
    else:
        result = refine_posterior(run, learned, signals, 4000, simulations=n, seed=seed)
        mean, sd, n_effective = result.mean, result.sd, result.n_effective
        n_all = result.n_simulated
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(file, mean=mean, sd=sd, n=n_effective, n_all=n_all)
    scaled = {"mean": (mean - low) / width, "sd": sd / width}
    return scaled | {"n": n_effective, "n_all": n_all}


def compared(run: nmr.Run, learned: Posterior, seed: int, options: argparse.Namespace):
    """Return one row per echo and parameter."""
    parameters, signals = fresh_signals(run, options.echoes, seed=seed)
    contexts = learned.summary(run, signals)
    rows = []
    for echo in range(options.echoes):
        name, number = f"{seed}-{echo}", 1000 * seed + echo
        parts = stored_signals(options.signals, name)
        path = options.refined / f"{name}.npz" if options.refined else None
        if options.stored and not (parts and path and path.exists()):
            continue
        if not parts:
            file = options.signals[0] / f"{name}.npz" if options.signals else None
            parts = [
                simulated(run, learned, contexts[echo], options.reference, SEED + number, file)
            ]
        near = refined(run, learned, signals[echo], options.simulations, number, path)
        whole, *halves = references(parts, learned, run, contexts[echo, : len(learned.names)])
        rng = np.random.default_rng([number, 3])
        y = learned.density.sample(contexts[echo : echo + 1], 20_000, rng)[0]
        amortised = {"mean": y.mean(axis=0), "sd": y.std(axis=0)}
        truth = parameters.loc[echo, list(learned.names)].to_numpy(float)
        for k, parameter in enumerate(learned.names):
            rows.append(
                {"echo": f"{seed}/{echo}", "parameter": parameter, "true": truth[k]}
                | {"reference": learned.parameters.units(whole["mean"])[k]}
                | {"n_reference": whole["n"], "n_all": whole["n_all"]}
                | {"n_refined": near["n"], "n_all_refined": near["n_all"]}
                | {"is_narrow": all(proposal.widths == (1.0,) for proposal, _, _ in parts)}
                | _against("amortised", amortised, whole, k)
                | _against("refined", near, whole, k)
                | _against("half", halves[0], halves[1], k)
            )
    return pd.DataFrame(rows)


def _against(name: str, one: dict, other: dict, k: int) -> dict[str, float]:
    """Difference of the means in sd of the other, and ratio of the sds."""
    return {
        f"difference_{name}": (one["mean"][k] - other["mean"][k]) / other["sd"][k],
        f"ratio_{name}": one["sd"][k] / other["sd"][k],
    }


def rms(values: pd.Series) -> float:
    """Root mean square."""
    return float(np.sqrt((values**2).mean()))


def agreement(table: pd.DataFrame, name: str, label: str) -> str:
    """Return a row of the table of agreement."""
    difference, ratio = table[f"difference_{name}"], table[f"ratio_{name}"]
    groups = [rows for _, rows in table.groupby("parameter", sort=False)]
    by_mean = ", ".join(f"{rms(rows[f'difference_{name}']):.2f}" for rows in groups)
    by_sd = ", ".join(f"{rows[f'ratio_{name}'].mean():.2f}" for rows in groups)
    return (
        f"| {label} | {(difference.abs() <= MEAN_WITHIN).sum()} | {difference.abs().max():.2f} | "
        f"{by_mean} | {((ratio - 1).abs() <= SD_WITHIN).sum()} | {by_sd} |"
    )


def goal(table: pd.DataFrame, options: argparse.Namespace) -> str:
    """Return whether all refined values are within the limits, and what is missing."""
    n_means = (table["difference_refined"].abs() <= MEAN_WITHIN).sum()
    n_sds = ((table["ratio_refined"] - 1).abs() <= SD_WITHIN).sum()
    reached = "reached" if n_means == n_sds == len(table) else "not reached"
    echoes = table.groupby("echo", sort=False).first()
    fewer = (echoes["n_reference"] < echoes["n_refined"]).sum()
    short = (echoes["n_all"] < options.reference).sum()
    few = (echoes["n_refined"] < ENOUGH) & (echoes["n_all_refined"] <= options.simulations)
    missing = len(options.seeds.split(",")) * options.echoes - len(echoes)
    sentences = [
        f"The goal (all values within) is {reached}: {n_means} of {len(table)} means, {n_sds} of "
        f"{len(table)} sds.",
        f"The reference has fewer effective samples than the refined posterior for {fewer} of "
        f"{len(echoes)} echoes, and fewer than {options.reference:,} simulations for {short} (at "
        f"least {echoes['n_all'].min():,}).",
    ]
    if echoes["is_narrow"].any():
        sentences.append(
            f"The references of {echoes['is_narrow'].sum()} echoes have stored signals from one "
            "normal density in place of the wider proposals."
        )
    if few.any():
        sentences.append(
            f"Of {few.sum()} echoes ({', '.join(echoes.index[few])}) the refined posterior has "
            f"fewer than {ENOUGH} effective samples and no second round on record, which "
            "nmr.posterior draws."
        )
    if missing:
        sentences.append(f"{missing} further echoes of these seeds have not been compared.")
    return " ".join(sentences)


def origin(learned: Posterior, options: argparse.Namespace) -> str:
    """Return which posterior is compared, and how it differs from the one of the run."""
    text = f"the posterior of {learned.run} ({learned.family}, learned from {learned.n_fit:,} "
    folder = find_posterior(learned.run)
    if not (options.posterior and folder):
        return f"{text}curves)"
    other = load_posterior(folder)
    return (
        f"{text}{options.curves}; the one that ships with the run is learned by the same code from "
        f"{other.n_fit:,} others)"
    )


def written_command(options: argparse.Namespace) -> str:
    """Return the command with all options that change the page."""
    words = ["python benchmarks/posterior.py", f"--run {options.run}"]
    if options.posterior:
        words.append(f'--posterior FOLDER --curves "{options.curves}"')
    words.append(f"--echoes {options.echoes} --simulations {options.simulations}")
    words.append(f"--reference {options.reference} --seeds {options.seeds}")
    if options.signals:
        words.append(f"--signals {' '.join(['FOLDER'] * len(options.signals))}")
    if options.refined:
        words.append("--refined FOLDER")
    if options.stored:
        words.append("--stored")
    return " ".join(words)


def page(learned: Posterior, table: pd.DataFrame, options: argparse.Namespace) -> str:
    """Return the page of results."""
    n = options.simulations
    n_echoes = table["echo"].nunique()
    by_seed = table["echo"].str.split("/").str[0].groupby(table["echo"]).first().value_counts()
    counts = " and ".join(f"{count} of seed {seed}" for seed, count in by_seed.items())
    names = ", ".join(learned.names)
    half_mean, half_sd = rms(table["difference_half"]), rms(np.log(table["ratio_half"]))
    n_refined = table.groupby("echo")["n_refined"].first()
    n_reference = table.groupby("echo")["n_reference"].first()
    n_all = table.groupby("echo")["n_all"].first()
    of_reference, of_refined = half_mean / 2, float((1 / np.sqrt(n_refined)).mean())
    both = np.hypot(of_reference, of_refined)
    tests = [
        f"| {name} | {row.p_ks:.3f} | {row.p_chi2:.3f} | {row.covered_50:.3f} | "
        f"{row.covered_90:.3f} |"
        for name, row in learned.ranks.table().iterrows()
    ]
    lines = [
        f"| {row.echo} | {row.parameter} | {row['true']:.4g} | {row.reference:.4g} | "
        f"{row.difference_amortised:+.2f} | {row.ratio_amortised:.2f} | "
        f"{row.difference_refined:+.2f} | {row.ratio_refined:.2f} | {row.n_refined:.0f} | "
        f"{row.n_reference:.0f} |"
        for _, row in table.iterrows()
    ]
    return "\n".join(
        [
            "# The joint posterior of one echo",
            "",
            f"`{written_command(options)}`",
            "",
            f"Compared: {origin(learned, options)}, and the same refined with {n:,} simulations "
            "around each echo. The reference is a second run of the same method "
            "(`nmr_core/inference/posterior/reference.py`) with other seeds, wider proposals and a "
            f"smaller fraction accepted: {n_all.min():,} to {n_all.max():,} simulations per echo, "
            f"{100 * KERNEL:.0f} % of them inside the kernel instead of {100 * ACCEPTED:.0f} %. A "
            "bias that summary, kernel and regression have in both cancels, so the agreement shows "
            "the noise and the effect of the proposals, not the distance to the exact posterior.",
            "",
            "## Agreement",
            "",
            f"{n_echoes} echoes of this run ({counts}), {len(table)} values ({names}). Goal: all "
            "means within "
            f"{MEAN_WITHIN} sd of the reference, sds within {100 * SD_WITHIN:.0f} %.",
            "",
            "| | means within .2 sd | largest | rms difference | sds within 20 % | mean ratio of "
            "sds |",
            "|---|---|---|---|---|---|",
            agreement(table, "amortised", "amortised"),
            agreement(table, "refined", f"refined with {n:,} simulations"),
            agreement(table, "half", "one half of the reference against the other"),
            "",
            f"- Noise: of the reference about {of_reference:.2f} sd in a mean and "
            f"{50 * half_sd:.0f} % in an sd (half of the rms between its halves); of the refined "
            f"mean about {of_refined:.2f} sd (1/√n effective). With {both:.2f} sd together, noise "
            f"alone puts about {_beyond(both):.0%} of the means beyond {MEAN_WITHIN} sd.",
            f"- Effective samples: refined {n_refined.min():.0f} to {n_refined.max():.0f}, "
            f"reference {n_reference.min():.0f} to {n_reference.max():.0f}.",
            "- Both are the posterior given the run's own summary of the echo, not given all of "
            "its points.",
            "",
            goal(table, options),
            "",
            "## What limits the amortised posterior",
            "",
            "Measured: its widths are too large on average (mean ratios above), while the ranks of "
            "new curves are as below; refining with local simulations lowers both. That is what a "
            "bias of the estimates finer than some ten thousand curves of the whole prior resolve "
            "would do: averaged over the prior it counts as width. Other causes (the form of the "
            "density, its penalties) have not been excluded.",
            "",
            "## Ranks of new curves, amortised",
            "",
            learned.ranks.sentence,
            "",
            "| | p (KS) | p (χ²) | in 50 % | in 90 % |",
            "|---|---|---|---|---|",
            *tests,
            "",
            "## Single echoes",
            "",
            "Differences of the means in sd of the reference, and ratios of the sds to its sd.",
            "",
            "| echo | parameter | true | reference | amortised: difference | ratio | "
            "refined: difference | ratio | refined: effective n | reference: effective n |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *lines,
            "",
        ]
    )


def _beyond(noise: float) -> float:
    """Probability of a normal error beyond the limit of the means."""
    return float(2 * ndtr(-MEAN_WITHIN / noise))


def main() -> None:
    """Compare and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", default="pretrained-ml4sci-2020")
    parser.add_argument("--posterior", type=Path, help="its folder (default: that of the run)")
    parser.add_argument("--curves", default="curves", help="what --posterior is learned from")
    parser.add_argument("--echoes", type=int, default=20)
    parser.add_argument("--simulations", type=int, default=3000)
    parser.add_argument("--reference", type=int, default=6000, help="simulations per reference")
    parser.add_argument("--seeds", default="77,78", help="of the echoes, separated by commas")
    parser.add_argument("--signals", type=Path, nargs="*", default=[], help="of the references")
    parser.add_argument("--refined", type=Path, help="folder of the refined posteriors")
    parser.add_argument("--stored", action="store_true", help="only echoes with stored files")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "inference_posterior.md")
    options = parser.parse_args()
    run = nmr.load_run(options.run)
    if options.posterior or find_posterior(run):
        learned = load_posterior(options.posterior or run)
    else:
        learned = nmr.fit_posterior(run, n_jobs=-1)
    tables = [compared(run, learned, int(seed), options) for seed in options.seeds.split(",")]
    table = pd.concat(tables, ignore_index=True)
    text = page(learned, table, options)
    options.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
