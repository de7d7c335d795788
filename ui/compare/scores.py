"""Tables of scores: per parameter or class, per run, and published results."""

from collections.abc import Collection, Sequence

import pandas as pd
import streamlit as st

from nmr_core.evaluation.compare import compare, compare_classes
from nmr_core.evaluation.published import PUBLISHED, Published, family_of
from nmr_core.glossary import change_text, percent_text, score_text
from nmr_core.inference.identifiability import Identification
from nmr_core.inference.identifiability.words import BEST_RUN, beside_run
from nmr_core.learning import Run
from nmr_core.learning.hardly import hardly_estimated
from ui.compare import cached, reference
from ui.shared import compute, identified, once, state, tables
from ui.shared.text import megabytes, quoted

WIDTHS = {
    "parameter": 76,
    "r2_interval": 150,
    "rmse_percent": 116,
    "identified": 175,
    "change_rmse": 110,
    "rmse": 92,
    "skill": 62,
}
"""Pixels; the column of the runs takes the rest."""
HEADS = {
    "baseline_known": {"label": "baseline"},
    "error_total": {"label": "all parameters"},
    "baseline": {"label": "baseline, all parameters"},
}
"""Short heads of the table of the runs."""


def show(runs: Sequence[Run], base: Run | None) -> None:
    """Show every score of every run beside the baseline, and the changes to the reference run."""
    if all(run.task == "classification" for run in runs):
        _class_table(runs)
        return
    all_runs = [entry.run for entry in state.runs().values()]
    identifications = {run.id: identified.of_run(run, all_runs) for run in runs}
    versions = cached.versions(runs), reference.version(base)
    key = (*versions, tuple(identifications.values()))
    by_parameter, by_run = once.table(
        lambda: _ready(runs, base, identifications), "tables of scores", *key
    )
    tables.show(by_parameter, height=tables.height(len(by_parameter)))
    _identified_note(identifications)
    tables.show(by_run)


def _ready(
    runs: Sequence[Run], base: Run | None, identifications: dict[str, Identification | None]
) -> tuple[tables.Ready, tables.Ready]:
    """The tables per parameter and per run."""
    targets = {name: spec for run in runs for name, spec in run.manifest.targets.items()}
    by_parameter, by_run = _tables(cached.versions(runs), reference.version(base))
    by_parameter = _with_identified(by_parameter, runs, identifications)
    columns = {name: {"width": width} for name, width in WIDTHS.items() if name in by_parameter}
    return tables.ready(by_parameter, targets, columns=columns), tables.ready(by_run, columns=HEADS)


def _tables(versions: cached.Versions, base: cached.Version) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores per parameter and run, and per run."""
    runs = [compute.run(*version) for version in versions]
    targets = {name: spec for run in runs for name, spec in run.manifest.targets.items()}
    lines = [
        _parameter_row(run, name, spec, base)
        for name, spec in targets.items()
        for run in runs
        if name in run.targets
    ]
    by_run = [_run_row(row, dict(versions), base) for row in compare(runs).to_dict("records")]
    return pd.DataFrame(lines), pd.DataFrame(by_run)


def _parameter_row(run: Run, name: str, spec: dict, base: cached.Version) -> dict:
    """The scores of one parameter, so that nothing lies beyond the right edge."""
    score = run.scores.loc[name]
    far = score.r2 < -1
    row = {
        "parameter": spec["symbol"],
        "run": run.manifest.title,
        "r2_interval": score_text(score.r2, 0.0, True, score.r2_low, score.r2_high),
        "rmse_percent": percent_text(score.rmse_percent),
    }
    if base[0]:
        change = reference.change_of_rmse(cached.version(run), base, name)
        row["change_rmse"] = change_text(change)
    skill = "–" if far else f"{100 * score.skill:.1f} %".replace("-0.0", "0.0").replace("-", "−")
    return row | {"rmse": f"{score.rmse:.3g} {spec['unit']}".strip(), "skill": skill}


def _with_identified(
    table: pd.DataFrame, runs: Sequence[Run], identifications: dict[str, Identification | None]
) -> pd.DataFrame:
    """The table with what one echo of each run's data determines, beside the error of the run."""
    if not any(identifications.values()):
        return table
    names = dict.fromkeys(name for run in runs for name in run.manifest.targets)
    texts = [
        beside_run(identifications[run.id], name)
        for name in names
        for run in runs
        if name in run.targets
    ]
    table = table.copy()
    table.insert(table.columns.get_loc("rmse_percent") + 1, "identified", texts)
    return table


def _identified_note(identifications: dict[str, Identification | None]) -> None:
    """Where the errors of Identify are from, per level of noise."""
    notes = {one.key: one for one in identifications.values() if one}
    lines = [f"{one.at_noise}: {quoted(one.method)}" for one in notes.values()]
    if lines:
        st.caption(
            "Identify: standard error of one estimate, root mean square (median, worst point); "
            f"{BEST_RUN} best run on such data · {' · '.join(lines)}."
        )


def _run_row(row: dict, created: dict[str, str], base: cached.Version) -> dict:
    """The scores of all parameters together, and what they cost."""
    error, baseline = row["error"], row["baseline_known"]
    scores = {
        "run": row["title"],
        "error_interval": score_text(error, baseline, False, row["error_low"], row["error_high"]),
        "baseline_known": score_text(baseline, baseline),
    }
    if base[0]:
        change = reference.change((row["run"], created[row["run"]]), base)
        scores["change_interval"] = change_text(*change)
    everything = {
        "error_total": score_text(row["error_total"], row["baseline"]),
        "baseline": score_text(row["baseline"], row["baseline"]),
    }
    return scores | everything | _cost(row)


def _class_table(runs: Sequence[Run]) -> None:
    versions = cached.versions(runs)
    tables.show(once.table(lambda: _classes(runs), "scores of classifiers", versions))
    st.caption(
        "F1 weighted by the classes' test echoes, with its 95 % interval (bootstrap). The "
        "baseline always predicts the most frequent class of the training part."
    )


def _classes(runs: Sequence[Run]) -> tables.Ready:
    """Scores per classifier."""
    by_id = {run.id: run for run in runs}
    rows = []
    for row in compare_classes(list(by_id.values())).to_dict("records"):
        f1, accuracy = (
            score_text(row[name], 0.0, True, row[f"{name}_low"], row[f"{name}_high"], digits=4)
            for name in ("f1", "accuracy")
        )
        line = {
            "run": row["title"],
            "f1_interval": f1,
            "baseline_f1": row["baseline"],
            "accuracy_interval": accuracy,
        }
        line |= {f"f1_{name}": row[f"f1_{name}"] for name in by_id[row["run"]].classes}
        rows.append(line | _cost(row))
    return tables.ready(pd.DataFrame(rows))


def _cost(row: dict) -> dict:
    size = row["model_bytes"]
    return {
        "n_train": row["n_train"],
        "n_test": row["n_test"],
        "seconds": row["seconds"],
        "predict_seconds": row["predict_seconds"],
        "size": "" if pd.isna(size) else megabytes(size),
        "id": row["run"],
    }


def published(runs: Sequence[Run]) -> None:
    """Show all published results on echoes of the same kind, with remarks."""
    families = tuple(sorted({family_of(run) for run in runs}))
    table = once.table(lambda: _published(families), "published results", families)
    if not len(table):
        st.caption("There are no published results on echoes of this kind.")
        return
    tables.show(table)
    st.caption(
        "Published numbers were measured on other echoes of the same kind: a scale, not a contest."
    )


def _published(families: Collection[str]) -> tables.Ready:
    rows = [_published_row(p) for p in PUBLISHED if _covers(p, families)]
    columns = {
        "value": {"format": "%.5g", "type": st.column_config.NumberColumn},
        "remark": {"width": "large"},
    }
    return tables.ready(pd.DataFrame(rows), columns=columns)


def _covers(result: Published, families: Collection[str]) -> bool:
    """Whether a result is about one of the families of presets."""
    return any(
        family == result.family or family.startswith(f"{result.family}_") for family in families
    )


def _published_row(result: Published) -> dict:
    return {
        "published_by": result.who,
        "measure": result.measure,
        "value": result.value,
        "n_train": f"{result.n_curves:,}" if result.n_curves else "–",
        "as_stated": "yes" if result.honest else "no",
        "remark": result.remark,
        "source": result.source,
    }


def unidentifiable(runs: Sequence[Run]) -> None:
    """Show which parameters cannot be identified, and why."""
    reasons = {name: reason for run in runs for name, reason in run.manifest.unidentifiable.items()}
    for reason in reasons.values():
        st.info(
            f"{quoted(reason)} It is left out of the error above; no model can do better than "
            "the baseline.",
            icon=":material/visibility_off:",
        )


def hardly(runs: Sequence[Run]) -> None:
    """Show which parameters a run estimates hardly better than the baseline."""
    for run in runs:
        sentences = once.table(lambda run=run: hardly_estimated(run), "hardly", cached.version(run))
        if sentences:
            st.caption(quoted(f"{run.manifest.title}: {' '.join(sentences.values())}"))
