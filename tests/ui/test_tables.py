"""What the toolbar of a table writes into a file."""

import pandas as pd
import pytest

from ui.shared import tables


@pytest.mark.parametrize("text", ["=1+1", "@SUM(1)", "+1+cmd|' /C calc'!A0", "-2+3", "\t=1"])
def test_a_spreadsheet_runs_no_text_of_a_table(text):
    frame = pd.DataFrame({"dataset": [text], "r2": [-0.5]})
    sent = tables.ready(frame).data.to_pandas().iloc[0].tolist()
    assert sent == [f"'{text}", -0.5]
    assert frame["dataset"].tolist() == [text]


@pytest.mark.parametrize("text", ["Echo", "-0.5", "+3 %", "-2.5 µs", "–", ""])
def test_other_texts_of_a_table_stay_as_they_are(text):
    assert tables.without_formulas(pd.DataFrame({"Title": [text]})).iloc[0, 0] == text
