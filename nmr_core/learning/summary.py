"""The scores of a run in one line."""

from nmr_core.learning.run import Run
from nmr_core.weights import effective_note


def summary(run: Run) -> str:
    """R² of every target beside that of the baseline, or F1, and on how many test curves.

    Parameters
    ----------
    run : Run
        A trained run.

    Returns
    -------
    str
        Such as "R²: α 0.995, p 0.820, d 0.780 · baseline 0 · 200 test curves".
    """
    n_test = f"{run.manifest.n_test:,} test curves{effective_note(run.weights)}"
    if run.task == "classification":
        value, low, high = run.f1_weighted()
        return f"F1 {value:.3f} [{low:.3f}, {high:.3f}] · baseline {run.baseline_f1:.3f} · {n_test}"
    scores = []
    for name, r2 in run.scores["r2"].items():
        symbol = run.manifest.targets[name]["symbol"]
        hidden = name in run.manifest.unidentifiable
        scores.append(f"{symbol} cannot be identified" if hidden else f"{symbol} {_short(r2)}")
    return f"R²: {', '.join(scores)} · baseline 0 · {n_test}"


def _short(r2: float) -> str:
    """0.995; a score far below that of the baseline in words."""
    return f"{r2:.3f}" if r2 > -1 else "far worse than the baseline"
