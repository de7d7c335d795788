"""My measurement with its switch Series: a stored series by its address, deleted and restored."""

import numpy as np
import pandas as pd
import pytest

from nmr_core.measured.series.quantity import QUANTITIES
from nmr_core.measured.series.result import SeriesResult, list_series

ID = "se-20261129-081502-5f3a"


@pytest.fixture
def stored(data_folder):
    """A stored series of three echoes, one of them out of domain; its title is markup."""
    rows = {
        "file": ["T=4K.csv", "T=10K.csv", "T=20K.csv"],
        "number": [1, 1, 1],
        "value": [4.0, 10.0, 20.0],
        "state": ["estimated", "estimated", "hidden"],
        "applicability": ["in domain", "borderline", "out of domain"],
        "reason": ["", "Few signals are like it.", "No signal is like it."],
        "outlier": [False, True, True],
        "predicted_alpha": [0.1, 0.2, np.nan],
        "low_alpha": [0.08, 0.15, np.nan],
        "high_alpha": [0.12, 0.25, np.nan],
        "snr": [40.0, 30.0, 20.0],
        "p_value": [0.5, 0.2, np.nan],
        "n_seeds": [50, 50, 0],
        "quotable": ["yes", "with caution", "no"],
        "verdict": ["Quote it.", "Quote it with caution.", "Do not quote it."],
        "key": ["a", "b", "c"],
    }
    result = SeriesResult(
        ID, "<b>mon*day*", "run-a", "0" * 64, 0.9, 50, 0, "Steps()", QUANTITIES["temperature"],
        "file name", "The names of the files give temperature: 4 K to 20 K.", (), "471 points",
        pd.DataFrame(rows), {"alpha": {"symbol": "α", "unit": "MHz", "low": 0.0, "high": 0.5}},
        created="2026-11-29 08:15",
    )  # fmt: skip
    result.save()
    return result


def test_a_link_shows_a_stored_series(stored, open_page, words):
    app = open_page("measurement", **{"series-stored": ID})
    assert not app.exception
    assert not app.error
    assert "2 of 3 echoes estimated, 1 out of domain" in words(app)
    assert len(app.get("plotly_chart")) == 1
    assert "<b>" not in "".join(element.value for element in app.markdown)
    labels = [expander.label for expander in app.expander]
    assert "2 outliers by the applicability check" in labels


def test_a_stored_series_is_deleted_and_restored(stored, open_page):
    app = open_page("measurement", **{"series-stored": ID})
    app.session_state[f"delete-{ID}-open"] = True
    app.run()
    app.button(key=f"delete-{ID}").click().run()
    assert not app.exception
    assert list_series() == []
    (undo,) = [button for button in app.button if "Undo" in button.label]
    undo.click().run()
    assert not app.exception
    assert [entry.id for entry in list_series()] == [ID]


@pytest.mark.parametrize("id", ["se-none", "../../etc", "", "<script>", ID + "x"])
def test_an_address_of_no_series_shows_none(stored, open_page, id):
    app = open_page("measurement", **{"series-stored": id})
    assert not app.exception
    assert not app.get("plotly_chart") or id == ""


def test_a_damaged_series_is_left_out(stored, data_folder, open_page):
    (data_folder / "series" / ID / "series.npz").write_bytes(b"nonsense")
    app = open_page("measurement", **{"series-stored": ID})
    assert not app.exception
    assert not app.get("plotly_chart")
