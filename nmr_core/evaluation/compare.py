"""Which runs there are, and how they stand beside each other and beside the null."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from nmr_core.datasets.catalogue import EXAMPLES
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.run import Run, read_run
from nmr_core.workspace import checked_id, runs_folder


@dataclass(frozen=True)
class RunEntry:
    """A line of the list of runs; ``run`` is None and ``problem`` a sentence when it cannot be read."""

    id: str
    path: Path
    run: Run | None
    problem: str = ""


def list_runs() -> list[RunEntry]:
    """All runs, newest first, the examples that ship with the package last."""
    entries = []
    for root in (runs_folder(), EXAMPLES / "runs"):
        folders = [f for f in root.iterdir() if (f / "manifest.json").exists()] if root.is_dir() else []
        for folder in sorted(folders, reverse=True):
            try:
                entries.append(RunEntry(folder.name, folder, read_run(folder)))
            except FailedError as error:
                entries.append(RunEntry(folder.name, folder, None, str(error)))
    return entries


def load_run(name: str | Path) -> Run:
    """The run with an id, or in a folder."""
    if isinstance(name, Path) or "/" in name or "\\" in name:
        return read_run(Path(name))
    for root in (runs_folder(), EXAMPLES / "runs"):
        if (root / checked_id(name) / "manifest.json").is_file():
            return read_run(root / name)
    raise InputError(f"There is no run {name!r} under {runs_folder()}. It may have been deleted; choose another.")


def delete_run(name: str) -> None:
    """Remove a run of the data folder."""
    folder = load_run(checked_id(name)).path
    if folder.is_relative_to(EXAMPLES):
        raise InputError(f"The run {name} ships with the package and cannot be deleted. Choose one of your own.")
    (folder / "manifest.json").unlink(missing_ok=True)  # from here on it is in no list, whatever happens next
    shutil.rmtree(folder)


def compare(runs: Sequence[Run]) -> pd.DataFrame:
    """The leaderboard, best first: weighted error in total and over what can be known, then R² and skill per target."""
    rows = []
    for run in runs:
        m, scores = run.manifest, run.scores
        total, known = run.weighted_error(), run.weighted_error(identifiable_only=True)
        if set(run.targets) <= set(m.unidentifiable):  # nothing that can be known: no error of 0, but none at all
            known = (float("nan"),) * 3
        null = scores["null_mse_w2"]
        row = {"run": run.id, "title": m.title, "dataset": m.dataset_title, "error": known[0], "error_low": known[1],
               "error_high": known[2], "error_total": total[0], "null": float(null.sum()),
               "null_known": float(null.drop(list(m.unidentifiable)).sum())}
        row |= {f"r2_{name}": scores.loc[name, "r2"] for name in run.targets}
        row |= {f"skill_{name}": scores.loc[name, "skill"] for name in run.targets}
        rows.append(row | {"n_train": m.n_train, "n_test": m.n_test, "seconds": m.seconds})
    return pd.DataFrame(rows).sort_values("error", ignore_index=True) if rows else pd.DataFrame()
