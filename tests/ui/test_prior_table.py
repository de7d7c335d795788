"""A prior as the editor's table and as a file, and back."""

import pandas as pd
import pytest

from nmr_core.errors import InputError
from nmr_core.presets import PRESETS, Row, rows_of, written_table
from ui.data_sets import prior_table

ROWS = [
    Row("alpha", "uniform", 0.01, 0.2),
    Row("kernel", "choice", values=("gaussian", "rkky")),
    Row("n_x", "fixed", values=(6,)),
    Row("xi", "normal", 1, 9, 5, 2.5),
]


@pytest.mark.parametrize(
    "rows", [ROWS, *(rows_of(preset) for preset in PRESETS.values())], ids=["all kinds", *PRESETS]
)
def test_rows_survive_the_table(rows):
    assert prior_table.rows(prior_table.frame(rows)) == rows


def _line(**cells) -> pd.DataFrame:
    return pd.DataFrame(
        [dict.fromkeys(("name", "distribution", *prior_table.CELLS, "values")) | cells]
    )


def test_an_added_line_that_is_still_empty_is_no_row():
    assert (
        prior_table.rows(pd.concat([prior_table.frame(ROWS), _line(distribution="uniform")]))
        == ROWS
    )


def test_a_line_without_a_parameter_is_a_sentence():
    with pytest.raises(InputError, match="Line 1 of the table has no parameter"):
        prior_table.rows(_line(distribution="uniform", low=1.0))


def test_values_are_numbers_where_they_can_be():
    (row,) = prior_table.rows(
        _line(name="n_x", distribution="choice", values="6, 8.5,, gaussian ,1e3")
    )
    assert row.values == (6, 8.5, "gaussian", 1000.0)


def test_a_file_is_read():
    assert prior_table.read("p.toml", written_table(ROWS, "lab", "sobol").encode()) == (
        ROWS,
        "lab",
        "sobol",
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "p.toml must hold preset"),
        (b"\x00\xff garbage", "p.toml is no TOML file"),
        (b"PK\x03\x04", "p.toml is no TOML file"),
        (b"#" * 100_001, "p.toml has 100,001 bytes"),
        (b'preset = "no"\nparameter = []', "asks for the preset 'no'"),
        (b'sampling = "grid"\nparameter = []', "the sampling 'grid'"),
        (b"parameter = [1]", "p.toml must hold"),
    ],
)
def test_a_file_that_is_no_table_is_a_sentence(content, sentence):
    with pytest.raises(InputError) as caught:
        prior_table.read("p.toml", content)
    assert sentence in str(caught.value)
    assert "/tmp" not in str(caught.value)
