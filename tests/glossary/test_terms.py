"""The terms of the glossary, and the heads of columns that are made from them."""

import pandas as pd
import pytest

from nmr_core.glossary import (
    FAR_WORSE,
    GROUPS,
    change_text,
    column,
    csv_text,
    far_worse,
    headed,
    heads,
    percent_text,
    score_cell,
    score_text,
    terms,
)
from nmr_core.presets import preset

SPACE = preset("ml4sci_2020_secular").space
TARGETS = {spec.name: spec for spec in SPACE}


def test_a_term_says_what_it_is_in_one_sentence():
    for key, entry in terms().items():
        assert entry.meaning.endswith("."), key
        assert ". " not in entry.meaning, key
        assert entry.words, key
        assert entry.group in GROUPS, key
        assert "_" not in entry.head, key
        assert entry.csv_head.isascii(), key
        assert entry.group == "words" or "," not in entry.csv_head, key


def test_a_column_about_a_parameter_has_its_symbol_and_unit():
    assert heads(["r2_alpha", "rmse_alpha", "alpha", "d"], TARGETS) == [
        "R² α",
        "RMSE α (MHz)",
        "α (MHz)",
        "d",
    ]
    assert heads(["true_alpha", "rmse_percent_alpha"], TARGETS, csv=True) == [
        "true alpha (MHz)",
        "RMSE alpha (% of range)",
    ]


def test_a_family_is_found_by_its_longest_name():
    assert column("rmse_percent_p", TARGETS).head == "RMSE p (% of range)"
    assert column("f1_power_law").head == "F1 power_law"


def test_a_table_has_its_own_meaning_of_a_column():
    assert column("low", table="coverage").head == "covered low"
    assert column("error_alpha", TARGETS, "identify").head == "error α (MHz)"


def test_a_parameter_of_an_imported_file_keeps_its_name():
    assert heads(["predicted_mine"], {"mine": {"symbol": "µ₁", "unit": "K"}}) == ["estimate µ₁ (K)"]
    assert heads(["predicted_other"]) == ["estimate other"]


def test_a_column_that_is_not_in_the_glossary_is_an_error():
    with pytest.raises(KeyError, match=r"terms\.toml"):
        column("mystery")


def test_a_table_is_written_with_words_and_without_formulas():
    table = pd.DataFrame({"title": ["=1+1", "b"], "predicted_alpha": [0.1, float("nan")]})
    assert csv_text(table, TARGETS) == "title,estimate alpha (MHz)\n'=1+1,0.1\nb,\n"
    assert list(headed(table, TARGETS)) == ["title", "estimate α (MHz)"]


def test_absurd_scores_are_words():
    assert score_text(0.0531, 0.25, low=0.048, high=0.12) == "0.0531 [0.0480, 0.1200]"
    assert score_text(558265.1, 0.08) == FAR_WORSE
    assert score_text(-558265.1, 0, higher_is_better=True) == FAR_WORSE
    assert score_text(float("nan"), 1) == "–"
    assert score_text(0.0, 1.0) == "0.00"
    assert score_text(-0.068, 0, True, -0.24, -0.00004) == "−0.068 [−0.240, 0.000]"


def test_a_change_is_in_percent_of_the_reference():
    assert change_text(-0.123, -0.18, -0.051) == "−12 % [−18, −5]"
    assert change_text(0.004, -0.004, 0.02) == "0 % [0, +2]"
    assert change_text(3) == "+300 %"
    assert change_text(float("nan")) == "–"
    assert change_text(5e5) == "over 10 times"
    assert not far_worse(0.4, 0.25)
    assert [percent_text(x) for x in (12.34, 4e5, float("nan"))] == ["12.3", "over 100", "–"]


def test_cells_of_an_absurd_run_are_words():
    row = {"r2": -558265.1, "mse_w2": 46522.0, "baseline_mse_w2": 0.08, "rmse_percent": 21569.0}
    assert score_cell("r2", row) == score_cell("mse_w2", row) == FAR_WORSE
    assert score_cell("rmse_percent", row) == "over 100"
    assert score_cell("baseline_mse_w2", row) == "0.08"
