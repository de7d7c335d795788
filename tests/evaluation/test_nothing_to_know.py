"""A run of nothing but unidentifiable targets has no error that could rank."""

import numpy as np

import nmr_core as nmr
from nmr_core.evaluation import compare


def test_a_run_on_xi_alone_ranks_last():
    dataset = nmr.generate(nmr.preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5), 80)
    only_xi, alpha = (
        nmr.train(dataset, targets=[name], model="mean", split=20, id=f"run-{name}")
        for name in ("xi", "alpha")
    )
    table = compare([only_xi, alpha])
    assert list(table["run"]) == ["run-alpha", "run-xi"]
    assert np.isnan(table["error"].iloc[1])
    assert table["error_total"].iloc[1] > 0
