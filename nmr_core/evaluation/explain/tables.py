"""An explanation as tables for a spreadsheet, a row a number."""

import numpy as np
import pandas as pd

from nmr_core.evaluation.explain.explanation import Explanation, Importance, Sensitivity, TopK


def importance_table(explanation: Explanation, importance: Importance) -> pd.DataFrame:
    """group, channel, setting, first_us, last_us, measure, mean, low, high (95 % over the repeats)."""
    time, n = explanation.time, len(importance.measures)
    mean, interval = importance.mean, importance.interval
    wide = {
        "group": importance.names,
        "channel": importance.channels,
        "setting": importance.settings,
        "first_us": time[importance.support[:, 0]],
        "last_us": time[importance.support[:, 1] - 1],
    }
    table = pd.DataFrame({name: np.repeat(np.asarray(values), n) for name, values in wide.items()})
    return table.assign(
        measure=np.tile(importance.measures, len(importance.names)),
        mean=mean.ravel(),
        low=interval[..., 0].ravel(),
        high=interval[..., 1].ravel(),
    )


def sensitivity_table(explanation: Explanation, sensitivity: Sensitivity) -> pd.DataFrame:
    """output, setting, first_us, last_us, re, im, both: mean over the curves of |slope| as a share of the range per unit of M."""
    n_settings, n_blocks = sensitivity.slopes.shape[2], len(sensitivity.edges) - 1
    keys = [sensitivity.outputs, range(n_settings), range(n_blocks)]
    table = pd.MultiIndex.from_product(keys, names=["output", "setting", "block"]).to_frame(
        index=False
    )
    blocks = table.pop("block").to_numpy()
    table["first_us"] = explanation.time[sensitivity.edges[blocks]]
    table["last_us"] = explanation.time[sensitivity.edges[blocks + 1] - 1]
    return table.assign(
        **{part: sensitivity.strength(part).mean(axis=0).ravel() for part in ("re", "im", "both")}
    )


def top_k_table(top_k: TopK) -> pd.DataFrame:
    """k, measure, score, low, high (95 %), baseline."""
    n = len(top_k.measures)
    return pd.DataFrame(
        {
            "k": np.repeat(top_k.k, n),
            "measure": np.tile(top_k.measures, len(top_k.k)),
            "score": top_k.scores[..., 0].ravel(),
            "low": top_k.scores[..., 1].ravel(),
            "high": top_k.scores[..., 2].ravel(),
            "baseline": np.tile(top_k.baseline, len(top_k.k)),
        }
    )
