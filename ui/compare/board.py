"""The leaderboard of the chosen runs: one measure as bars beside the baseline and what was published, all of them as a table."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nmr_core.evaluation.compare import compare, compare_classes, standings
from nmr_core.evaluation.published import METRICS, PUBLISHED, Published, comparable, family_of
from nmr_core.learning import Run
from nmr_core.plots import leaderboard_figure
from ui.shared import inputs
from ui.shared.palette import palette, show
from ui.shared.text import megabytes, quoted

LINES = 3
"""Published results drawn beside the runs; more would hide them."""


def ranked(chosen: Sequence[Run]) -> list[Run]:
    """The runs of one task, best first."""
    by_id = {run.id: run for run in chosen}
    metric = "f1_weighted" if chosen[0].task == "classification" else "error"
    return [by_id[id] for id in standings(chosen, metric)["run"]]


def board(chosen: Sequence[Run], colours: dict[str, str]) -> None:
    """Bars of one measure, which can be changed. The best published results are lines in it."""
    measures = _measures(chosen)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with right:
        key = inputs.choice(
            "Measure", {key: short for key, (short, *_) in measures.items()}, "measure", link=True
        )
    _, label, metric, target = measures[key]
    table, others = standings(chosen, metric, target), comparable(chosen, metric, target)
    best = others[-LINES:][::-1] if metric in ("r2", "f1_weighted") else others[:LINES]
    with left:
        better = "longer" if metric in ("r2", "f1_weighted") else "shorter"
        st.markdown(
            f"**Leaderboard** :small[· {better} is better, with 95 % intervals"
            f"{'; dotted: published, on other curves' if best else ''}]"
        )
    show(
        leaderboard_figure(table, colours, palette(), label, best, metric in ("r2", "f1_weighted")),
        key="leaderboard",
        alt=f"{label} of {len(table)} runs; the best is {table['title'].iloc[0]} with {table['value'].iloc[0]:.4g}.",
    )


def _measures(chosen: Sequence[Run]) -> dict[str, tuple[str, str, str, str]]:
    """Key -> name in the list, label of the axis, metric, target."""
    if all(run.task == "classification" for run in chosen):
        return {"f1": ("weighted F1", "weighted F1", "f1_weighted", "")}
    hidden = any(run.manifest.unidentifiable for run in chosen)
    error = "weighted error Σ MSE/w²" + (", without what cannot be known" if hidden else "")
    found = {"error": ("Error Σ MSE/w²", error, "error", "")}
    if hidden:
        found["error_total"] = (
            "Error, all parameters",
            "weighted error Σ MSE/w², all parameters",
            "error_total",
            "",
        )
    for name, spec in {
        name: spec for run in chosen for name, spec in run.manifest.targets.items()
    }.items():
        r2, mse = f"R² of {spec['symbol']}", f"MSE/w² of {spec['symbol']}"
        found |= {f"r2-{name}": (r2, r2, "r2", name), f"mse-{name}": (mse, mse, "mse_w2", name)}
    return found


def table(chosen: Sequence[Run]) -> None:
    """Every score of every run beside its baseline."""
    if all(run.task == "classification" for run in chosen):
        _class_table(chosen)
        return
    by_id = {run.id: run for run in chosen}
    specs = {name: spec for run in chosen for name, spec in run.manifest.targets.items()}
    rows = []
    for row in compare(chosen).to_dict("records"):
        run = by_id[row["run"]]
        line = {
            "run": row["title"],
            "Σ MSE/w²": row["error"],
            "with all": row["error_total"],
            "baseline": row["baseline"],
        }
        for name, spec in specs.items():
            if name in run.targets:
                s = run.scores.loc[name]
                unit = f" {spec['unit']}" if spec["unit"] else ""
                line |= {
                    f"R² {spec['symbol']}": f"{s.r2:.3f} [{s.r2_low:.3f}, {s.r2_high:.3f}]",
                    f"RMSE {spec['symbol']}": f"{s.rmse:.3g}{unit} ({s.rmse_percent:.1f} %)",
                    f"skill {spec['symbol']}": f"{s.skill:.1%}".replace("-0.0%", "0.0%"),
                }
        rows.append(line | _cost(row))
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config=_COST
        | {
            "Σ MSE/w²": st.column_config.NumberColumn(
                format="%.4f", help="Only parameters that can be known; w = prior width."
            ),
            "with all": st.column_config.NumberColumn(
                format="%.4f", help="All predicted parameters."
            ),
            "baseline": st.column_config.NumberColumn(
                format="%.4f", help="Predict-the-mean, all parameters."
            ),
        },
    )
    st.caption(
        "R² with its 95 % interval (bootstrap over test curves). RMSE in its unit and in % of the prior's range. "
        "Skill: 0 = the baseline, 100 % = perfect."
    )


def _class_table(chosen: Sequence[Run]) -> None:
    rows = []
    for row in compare_classes(chosen).to_dict("records"):
        f1, accuracy = (
            f"{row[n]:.4f} [{row[f'{n}_low']:.4f}, {row[f'{n}_high']:.4f}]"
            for n in ("f1", "accuracy")
        )
        line = {
            "run": row["title"],
            "weighted F1": f1,
            "baseline F1": row["baseline"],
            "accuracy": accuracy,
        }
        line |= {
            f"F1 {name}": row[f"f1_{name}"]
            for run in chosen
            if run.id == row["run"]
            for name in run.classes
        }
        rows.append(line | _cost(row))
    found = pd.DataFrame(rows)
    scores = {
        name: st.column_config.NumberColumn(format="%.4f")
        for name in found
        if name.startswith(("F1 ", "baseline"))
    }
    st.dataframe(found, hide_index=True, column_config=_COST | scores)
    st.caption(
        "F1 weighted by the classes' test curves, with its 95 % interval (bootstrap). The baseline always says the most "
        "frequent class of the training part."
    )


_COST = {
    "train s": st.column_config.NumberColumn(format="%.1f", help="Seconds to train."),
    "predict s": st.column_config.NumberColumn(
        format="%.3f", help="Seconds to predict 1,000 curves, where it was trained."
    ),
    "learned": st.column_config.NumberColumn(
        format="localized", help="Curves that it learned from."
    ),
    "tested": st.column_config.NumberColumn(format="localized", help="Curves that it never saw."),
}


def _cost(row: dict) -> dict:
    size = row["model_bytes"]
    return {
        "learned": row["n_train"],
        "tested": row["n_test"],
        "train s": row["seconds"],
        "predict s": row["predict_seconds"],
        "size": "" if size != size else megabytes(size),
        "id": row["run"],
    }


def published(chosen: Sequence[Run]) -> None:
    """All that was published about curves like these, with what it is worth."""
    families = {family_of(run) for run in chosen}
    rows = [
        _published_row(p)
        for p in PUBLISHED
        if any(f == p.family or f.startswith(p.family + "_") for f in families)
    ]
    if not rows:
        st.caption("Nothing was published about curves like these.")
        return
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            "value": st.column_config.NumberColumn(format="%.5g"),
            "remark": st.column_config.TextColumn(width="large"),
        },
    )
    st.caption(
        "Published numbers were measured on other curves of the same kind: a scale, no contest."
    )


def _published_row(p: Published) -> dict:
    return {
        "who": p.who,
        "measure": METRICS[p.metric] + (f" of {p.target}" if p.target else ""),
        "value": p.value,
        "learned": p.n_curves,
        "honest": "yes" if p.honest else "no",
        "remark": p.remark,
        "source": p.source,
    }


def hidden(chosen: Sequence[Run]) -> None:
    """Which parameters nobody can know."""
    for reason in {
        name: reason for run in chosen for name, reason in run.manifest.unidentifiable.items()
    }.values():
        st.info(
            f"{quoted(reason)} It is left out of the error above; the baseline is the best that anyone can do.",
            icon=":material/visibility_off:",
        )
