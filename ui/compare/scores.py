"""Tables of scores: per parameter or class, per run, and published results."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nmr_core.evaluation.compare import compare, compare_classes
from nmr_core.evaluation.published import METRICS, PUBLISHED, Published, family_of
from nmr_core.glossary import FAR_WORSE, score_text
from nmr_core.learning import Run
from ui.shared.text import megabytes, quoted

column = st.column_config
HEADER, ROW, MAX_ROWS = 38, 35, 16
"""Pixels of a table's header and rows; more rows are scrolled."""
PARAMETER_COLUMNS = {
    "parameter": column.TextColumn(width="small"),
    "run": column.TextColumn(width="medium"),
    "R²": column.TextColumn(
        help="1 is perfect, 0 no better than the mean of the true values. With 95 % interval."
    ),
    "RMSE": column.TextColumn(help="Root of the mean square error, in the parameter's unit."),
    "% of range": column.TextColumn(help="RMSE in % of w, the width of the prior."),
    "skill": column.TextColumn(
        help="1 − MSE/MSE of the baseline: 0 % is the baseline, 100 % perfect."
    ),
}
RUN_COLUMNS = {
    "run": column.TextColumn(width="medium"),
    "Σ MSE/w²": column.TextColumn(
        help=(
            "Mean square errors in units of w², w = width of the prior, summed over the "
            "identifiable parameters. With 95 % interval (bootstrap over test echoes)."
        )
    ),
    "all parameters": column.TextColumn(
        help="The same sum with the parameters that cannot be identified."
    ),
    "baseline": column.NumberColumn(
        format="%.4f", help="Error of the training mean, all parameters."
    ),
    "training echoes": column.NumberColumn(format="localized"),
    "test echoes": column.NumberColumn(
        format="localized", help="Echoes that took no part in training; all scores are theirs."
    ),
    "train (s)": column.NumberColumn(format="%.1f", help="Seconds to train."),
    "predict (s)": column.NumberColumn(
        format="%.3f", help="Seconds to predict 1,000 echoes, on the machine that trained the run."
    ),
}


def tables(runs: Sequence[Run]) -> None:
    """Show every score of every run beside the baseline."""
    if all(run.task == "classification" for run in runs):
        _class_table(runs)
        return
    scores = pd.DataFrame(_parameter_rows(runs))
    st.dataframe(
        scores,
        hide_index=True,
        column_config=PARAMETER_COLUMNS,
        height=HEADER + ROW * min(MAX_ROWS, len(scores)),
    )
    rows = []
    for row in compare(runs).to_dict("records"):
        error = score_text(
            row["error"], row["baseline_known"], False, row["error_low"], row["error_high"]
        )
        rows.append(
            {
                "run": row["title"],
                "Σ MSE/w²": error,
                "all parameters": score_text(row["error_total"], row["baseline"]),
                "baseline": row["baseline"],
            }
            | _cost(row)
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=RUN_COLUMNS)


def _parameter_rows(runs: Sequence[Run]) -> list[dict]:
    """One row per parameter and run, so that nothing lies beyond the right edge."""
    targets = {name: spec for run in runs for name, spec in run.manifest.targets.items()}
    rows = []
    for name, spec in targets.items():
        for run in (run for run in runs if name in run.targets):
            score = run.scores.loc[name]
            rmse = f"{score.rmse:.3g} {spec['unit']}".strip()
            far = score.r2 < -1
            rows.append(
                {
                    "parameter": spec["symbol"],
                    "run": run.manifest.title,
                    "R²": FAR_WORSE
                    if far
                    else f"{score.r2:.3f} [{score.r2_low:.3f}, {score.r2_high:.3f}]",
                    "RMSE": rmse,
                    "% of range": "over 100"
                    if score.rmse_percent > 100
                    else f"{score.rmse_percent:.1f}",
                    "skill": "–" if far else f"{score.skill:.1%}".replace("-0.0%", "0.0%"),
                }
            )
    return rows


def _class_table(runs: Sequence[Run]) -> None:
    by_id, rows = {run.id: run for run in runs}, []
    for row in compare_classes(runs).to_dict("records"):
        f1, accuracy = (
            f"{row[name]:.4f} [{row[f'{name}_low']:.4f}, {row[f'{name}_high']:.4f}]"
            for name in ("f1", "accuracy")
        )
        line = {
            "run": row["title"],
            "weighted F1": f1,
            "baseline F1": row["baseline"],
            "accuracy": accuracy,
        }
        line |= {f"F1 {name}": row[f"f1_{name}"] for name in by_id[row["run"]].classes}
        rows.append(line | _cost(row))
    table = pd.DataFrame(rows)
    scores = {
        name: column.NumberColumn(format="%.4f")
        for name in table
        if name.startswith(("F1 ", "baseline"))
    }
    st.dataframe(table, hide_index=True, column_config=RUN_COLUMNS | scores)
    st.caption(
        "F1 weighted by the classes' test echoes, with its 95 % interval (bootstrap). The "
        "baseline always predicts "
        "the most frequent class of the training part."
    )


def _cost(row: dict) -> dict:
    size = row["model_bytes"]
    return {
        "training echoes": row["n_train"],
        "test echoes": row["n_test"],
        "train (s)": row["seconds"],
        "predict (s)": row["predict_seconds"],
        "size": "" if pd.isna(size) else megabytes(size),
        "id": row["run"],
    }


def published(runs: Sequence[Run]) -> None:
    """Show all published results on echoes of the same kind, with remarks."""
    families = {family_of(run) for run in runs}
    rows = [_published_row(p) for p in PUBLISHED if _covers(p, families)]
    if not rows:
        st.caption("There are no published results on echoes of this kind.")
        return
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            "value": column.NumberColumn(format="%.5g"),
            "remark": column.TextColumn(width="large"),
            "as stated": column.TextColumn(
                help='"no": the number measures something else than it says, see the remark.'
            ),
        },
    )
    st.caption(
        "Published numbers were measured on other echoes of the same kind: a scale, not a contest."
    )


def _covers(result: Published, families: set[str]) -> bool:
    """Whether a result is about one of the families of presets."""
    return any(
        family == result.family or family.startswith(f"{result.family}_") for family in families
    )


def _published_row(result: Published) -> dict:
    target = f" of {result.target}" if result.target else ""
    return {
        "who": result.who,
        "measure": METRICS[result.metric] + target,
        "value": result.value,
        "training echoes": result.n_curves,
        "as stated": "yes" if result.honest else "no",
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
