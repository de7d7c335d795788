"""What pages show is computed once, never changes under a reader, and is safe in a spreadsheet."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from nmr_core import InputError, preset, simulate
from ui.shared import compute, export


@pytest.fixture(autouse=True)
def forgotten(data_folder):
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1"]
)
def test_text_that_a_spreadsheet_would_run_is_quoted(text):
    line = compute.csv(pd.DataFrame({"title": [text]})).decode().split("\n", 1)[1].lstrip('"')
    assert line.startswith("'")


def test_everything_else_is_plain_csv():
    table = pd.DataFrame(
        {
            "title": ["Ridge", "a=b", "", None],
            "error": [-0.5, 1e-9, np.nan, 2.0],
            "n": [-1, 2, 3, 4],
        }
    )
    again = pd.read_csv(BytesIO(compute.csv(table, kind="study")))
    assert again["sum of MSE/w^2"].tolist()[:2] == [-0.5, 1e-9]
    assert again["training echoes"].tolist() == [-1, 2, 3, 4]
    assert again["title"].tolist()[:2] == ["Ridge", "a=b"]


def test_the_table_itself_is_not_changed():
    table = pd.DataFrame({"title": ["=1"]})
    compute.csv(table)
    assert table["title"].tolist() == ["=1"]


def test_the_shown_echo_is_the_simulated_one():
    experiment = preset("ml4sci_2020_secular").build(n_x=8, n_y=8)
    shown, exact = compute.echo(experiment, 3), simulate(experiment, seed=3)
    assert np.allclose(shown.signal, exact.signal, atol=1e-4)
    assert np.array_equal(compute.echo(experiment, 3).signal, shown.signal)
    assert not np.array_equal(compute.echo(experiment, 4).signal, shown.signal)
    assert not np.array_equal(
        compute.echo(experiment.replace(alpha_x=0.01), 3).signal, shown.signal
    )


def test_shown_curves_are_shared_and_read_only():
    created = compute.dataset("example-ml4sci-2020", "").manifest.created
    curves = compute.shown_curves("example-ml4sci-2020", created)
    assert curves is compute.shown_curves("example-ml4sci-2020", created)
    with pytest.raises(ValueError, match="read-only"):
        curves[0] = 0


def test_an_id_that_is_gone_is_told():
    with pytest.raises(InputError, match="There is no data set 'ds-gone'"):
        compute.dataset("ds-gone", "")


def test_cost_grows_with_the_number_of_curves():
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
    (seconds_1, size_1), (seconds_2, size_2) = (compute.cost(small, n) for n in (10, 1000))
    assert seconds_2 == pytest.approx(100 * seconds_1)
    assert size_2 == pytest.approx(100 * size_1)


def test_downloads_hold_what_is_shown():
    echo = simulate(preset("ml4sci_2020_secular").build(n_x=8, n_y=8), seed=0)
    table = pd.read_csv(BytesIO(export.echo_csv(echo)))
    assert list(table) == ["time (us)", "Re M", "Im M", "Mz"]
    assert np.allclose(table["Re M"] + 1j * table["Im M"], echo.signal)
    with np.load(
        BytesIO(export.npz(time=echo.time, signal=echo.signal)), allow_pickle=False
    ) as stored:
        assert np.array_equal(stored["signal"], echo.signal)
