"""What the pages show of stored runs is drawn, scored and made ready once for all visitors."""

import numpy as np
import pandas as pd
import pytest
from streamlit.dataframe_util import (
    convert_arrow_table_to_arrow_bytes,
    convert_pandas_df_to_arrow_bytes,
)

from nmr_core.evaluation import marks
from nmr_core.learning.run import Run
from ui.shared import once, tables
from ui.shared.finished import Finished

VISITS = {
    "compare": [
        {},
        {"runs": ["run-ridge", "run-mean"], "reference": "run-mean", "view": "residuals"},
        {"runs": ["run-ridge", "run-mean"], "view": "regimes", "parity": "all"},
        {"runs": ["run-ridge", "run-mean"], "view": "published", "measure": "r2-d"},
    ],
    "predict": [{}, {"run": "run-ridge", "dataset": "ds-own"}],
}


@pytest.mark.parametrize("page", VISITS)
def test_a_second_visitor_gets_what_the_first_one_saw_without_new_work(
    own, open_page, monkeypatch, page
):
    seen = [_shown(open_page(page, **address)) for address in VISITS[page]]
    with monkeypatch.context() as patch:
        patch.setattr(Finished, "__init__", lambda *_: pytest.fail("drawn again"))
        patch.setattr(tables, "ready", lambda *_, **__: pytest.fail("made again"))
        patch.setattr(Run, "model", property(lambda _: pytest.fail("model read again")))
        again = [_shown(open_page(page, **address)) for address in VISITS[page]]
    assert again == seen
    assert all(figures for figures, _ in seen)


def _shown(app) -> tuple[list[str], list[str]]:
    """The figures and the tables of a page."""
    assert not app.exception
    figures = [element.proto.spec for element in app.get("plotly_chart")]
    return figures, [table.value.to_csv() for table in app.dataframe]


def test_a_table_that_is_ready_is_sent_as_the_table_of_pandas():
    frame = pd.DataFrame(
        {"run": ["a", None], "r2": [0.5, np.nan], "n_train": [1, 2], "learned": [True, False]}
    )
    ready = tables.ready(frame)
    heads = [config["label"] for config in ready.config.values()]
    sent = convert_pandas_df_to_arrow_bytes(frame.set_axis(heads, axis=1))
    assert convert_arrow_table_to_arrow_bytes(ready.data) == sent
    assert len(ready) == 2


def test_values_are_forgotten_by_their_bytes(monkeypatch):
    once.clear()
    monkeypatch.setattr(once, "BUDGET", 1000)
    frames = [pd.DataFrame({"x": np.zeros(60)}) for _ in range(4)]
    for number, frame in enumerate(frames):
        once.table(lambda frame=frame: frame, "frame", number)
    assert once.table(lambda: "new", "frame", 0) == "new"
    assert once.table(lambda: pytest.fail("made again"), "frame", 0) == "new"
    assert once._total == sum(n_bytes for _, n_bytes, _ in once._values.values()) <= 1000
    once.clear()


def test_marks_are_read_again_when_their_file_has_changed(own):
    marks.mark("run-ridge", star=True)
    assert marks.all_marks()["run-ridge"] is marks.all_marks()["run-ridge"]
    marks.mark("run-ridge", add_tags=["good"])
    assert marks.all_marks()["run-ridge"].tags == ("good",)
    marks.unmark("run-ridge")
    assert marks.all_marks() == {}
