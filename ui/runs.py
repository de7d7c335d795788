"""Tables, downloads and deletion of runs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.evaluation import Run, delete_run
from nmr_core.evaluation.compare import EXAMPLES
from ui import compute, export


def table(leaderboard: pd.DataFrame, runs: Sequence[Run]) -> None:
    """The leaderboard: total errors beside the null, and per parameter R² with its interval, RMSE and skill."""
    by_id = {run.id: run for run in runs}
    specs = {name: spec for run in runs for name, spec in run.manifest.targets.items()}
    rows = []
    for row in leaderboard.to_dict("records"):
        run = by_id[row["run"]]
        line = {"run": row["title"], "Σ MSE/w²": row["error"], "with all": row["error_total"], "null": row["null"]}
        for name, spec in specs.items():
            if name in run.targets:
                s = run.scores.loc[name]
                unit = f" {spec['unit']}" if spec["unit"] else ""
                line |= {f"R² {spec['symbol']}": f"{s.r2:.3f} [{s.r2_low:.3f}, {s.r2_high:.3f}]",
                         f"RMSE {spec['symbol']}": f"{s.rmse:.3g}{unit}",
                         f"skill {spec['symbol']}": f"{s.skill:.1%}".replace("-0.0%", "0.0%")}
        rows.append(line | {"seconds": row["seconds"], "id": row["run"]})
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config={
        "Σ MSE/w²": st.column_config.NumberColumn(format="%.4f", help="Only parameters that can be known; w = prior width."),
        "with all": st.column_config.NumberColumn(format="%.4f", help="All predicted parameters."),
        "null": st.column_config.NumberColumn(format="%.4f", help="Predict-the-mean, all parameters."),
        "seconds": st.column_config.NumberColumn("train s", format="%.1f")})
    st.caption("R² with its 95 % interval (bootstrap over test curves). Skill: 0 = the null, 100 % = perfect.")


def common_null(leaderboard: pd.DataFrame) -> float | None:
    """Predict-the-mean's error without what cannot be known, if it is one number for all runs."""
    nulls = leaderboard["null_known"]
    return float(nulls.iloc[0]) if np.ptp(nulls) < 1e-9 else None


def curve(run: Run) -> np.ndarray:
    """(n_epochs, 2) training loss and validation error."""
    return np.asarray(run.manifest.curve)


def actions(leaderboard: pd.DataFrame, runs: Sequence[Run]) -> None:
    """Downloads of what is shown, the lines that make it again, deletion."""
    with st.container(horizontal=True):
        export.download("Scores (CSV)", lambda: compute.csv(leaderboard), "scores.csv", "text/csv", "scores-csv")
        export.download("Predictions (CSV)", lambda: compute.csv(_predictions(runs)), "predictions.csv", "text/csv", "pred-csv")
        ids = [run.id for run in runs]
        export.reproduce("import nmr_core as nmr\n\nruns = [nmr.load_run(i) for i in " + repr(ids) + "]\nprint(nmr.compare(runs))"
                         + "".join(f"\n\n# {run.id}\n" + _python(run) for run in runs),
                         "python -m nmr_core compare " + " ".join(ids) + "".join("\n" + _command(run) for run in runs))
        own = [run for run in runs if not run.path.is_relative_to(EXAMPLES)]
        if own:
            with st.popover("Delete", icon=":material/delete:"):
                which = st.selectbox("Run", [run.id for run in own], key="delete-which")
                st.button("Delete this run", type="primary", key="delete-run", on_click=_delete, args=(which,))


def _delete(id: str) -> None:
    delete_run(id)
    st.session_state["runs"] = [i for i in st.session_state.get("runs", []) if i != id]
    st.toast("Deleted.")


def _predictions(runs: Sequence[Run]) -> pd.DataFrame:
    return pd.concat([run.predictions.assign(run=run.id) for run in runs], ignore_index=True)


def _python(run: Run) -> str:
    m = run.manifest
    return (f"nmr.train(nmr.load_dataset({m.dataset!r}), targets={list(m.targets)}, featurizer={m.featurizer!r},\n"
            f"          featurizer_options={m.featurizer_options}, model={m.model!r}, model_options={m.model_options},\n"
            f"          split={m.split}, seed={m.seed})")


def _command(run: Run) -> str:
    m = run.manifest
    channels = ",".join(m.featurizer_options.get("channels", ["re", "im"]))
    window = m.featurizer_options.get("window")
    return (f"python -m nmr_core train {m.dataset} --targets {','.join(m.targets)} --featurizer {m.featurizer} "
            f"--channels {channels} " + (f"--window {window[0]}:{window[1]} " if window else "") + f"--model {m.model} "
            + "".join(f"--option {k}={v} " for k, v in m.model_options.items()) + f"--split {m.split} --seed {m.seed}")
