"""Every table, report and CSV file takes its heads from the glossary, and every term is used."""

import ast
from pathlib import Path

import pytest

from nmr_core.glossary import heads, term, terms
from nmr_core.plots.html_page import html_glossary, html_table

ROOT = Path(__file__).parents[2]
FILES = [
    file
    for place in ("nmr_core", "ui", "pages")
    for file in sorted((ROOT / place).rglob("*.py"))
    if "nmr_core/glossary" not in file.as_posix()
]
TABLES = {"dataframe", "data_editor"}
ONE_HOME = {
    "ui/shared/tables.py": "the one home",
    "ui/predict/columns.py": "shows the first rows of the visitor's file under its own heads",
    "ui/shared/table_readings.py": "shows the first rows of each reading of the visitor's file",
    "ui/data_sets/prior_table.py": "is edited; its columns are made by ui.shared.tables",
    "ui/measurement/series_values.py": "is edited; its columns are made by ui.shared.tables",
    "ui/compare/runs_table.py": "is edited; its heads are those of run_table",
    "ui/compare/views.py": "choices of two runs under the titles of the runs",
}
"""File that calls Streamlit's tables -> why."""
FIGURE_DATA = "nmr_core/plots/data.py"


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """File -> its syntax tree."""
    return {
        file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in FILES
    }


def _calls(tree: ast.Module) -> set[str]:
    """Names of the methods that are called."""
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_tables_of_the_app_have_one_home(trees):
    own = {name for name, tree in trees.items() if _calls(tree) & TABLES}
    assert own <= set(ONE_HOME)


def test_csv_files_have_one_home(trees):
    own = {name for name, tree in trees.items() if "to_csv" in _calls(tree)}
    # The data of a figure have the titles of its axes as heads
    assert not {name for name in own if not name.startswith("nmr_core/io/")} - {FIGURE_DATA}


def test_every_column_is_used(trees):
    words = {
        node.value
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {key.rpartition(".")[2]: entry for key, entry in terms().items()}
    unused = [
        name
        for name, entry in names.items()
        if entry.group not in ("words", "symbols")
        and name not in words
        and not any(word.startswith(f"{name}_") for word in words)
    ]
    assert not unused


def test_every_word_stands_in_the_app_or_the_documentation(trees):
    pages = [file.read_text(encoding="utf-8") for file in (ROOT / "docs").rglob("*.md")]
    text = " ".join([*pages, *(file.read_text(encoding="utf-8") for file in FILES)]).casefold()
    for entry in terms().values():
        if entry.group == "words":
            assert all(word in text for word in entry.words.split(", ")), entry.words


def test_a_report_explains_its_heads_and_ends_with_a_glossary():
    import pandas as pd

    page = html_table(pd.DataFrame({"r2": [0.5], "mse_w2": [float("nan")]}))
    assert ">R²</th>" in page
    assert "mean square error" in page.casefold()
    assert "mse_w2" not in page
    assert "<td>0.5000</td><td></td>" in page
    assert term("skill").meaning in "".join(html_glossary(["skill"]))
    with pytest.raises(KeyError):
        html_table(pd.DataFrame({"mystery": [1]}))


def test_heads_of_the_leaderboards_and_scores_are_distinct(example_tables):
    for name, table, targets, kind in example_tables:
        for csv in (False, True):
            words = heads(table, targets, kind, csv)
            assert len(set(words)) == len(words), name
        readable = [word.replace("power_law", "") for word in heads(table, targets, kind)]
        assert not [word for word in readable if "_" in word], name


@pytest.fixture(scope="module")
def example_tables():
    """(name, table, targets, kind) of every kind of table, from what ships with the package."""
    import nmr_core as nmr
    from nmr_core.evaluation.compare import compare, compare_classes, score_rows
    from nmr_core.evaluation.explain import find_explanation, load_explanation
    from nmr_core.evaluation.explain.explanation import (
        importance_table,
        sensitivity_table,
        top_k_table,
    )
    from nmr_core.inference.identifiability import identify
    from nmr_core.inference.intervals import coverage, load_calibration
    from nmr_core.inference.robustness import load_robustness
    from nmr_core.plots.report import _numbers, _parameters
    from nmr_core.studies import list_studies
    from nmr_core.studies.columns import option_columns

    shipped = [entry.run for entry in nmr.list_runs() if entry.shipped]
    run = nmr.load_run("pretrained-ml4sci-2020-secular")
    targets = run.manifest.targets
    numbers = [one for one in shipped if one.task == "regression"]
    checks = coverage(load_calibration(run.id))
    explanation = load_explanation(find_explanation("example-mlp"))
    dataset = nmr.load_dataset("example-ml4sci-2020")
    specs = {name: dataset.spec(name) for name in dataset.parameters}
    identification = identify("ml4sci_2020_secular")
    tables = [
        ("compare", compare(shipped), targets, ""),
        ("classes", compare_classes(shipped), None, ""),
        ("scores", score_rows(shipped), targets, ""),
        ("predictions", run.predictions, targets, ""),
        ("report", _numbers(numbers), None, ""),
        ("parameters of the report", _parameters(numbers), None, ""),
        ("coverage", checks.table, targets, "coverage"),
        ("quarters", checks.regimes, targets, "coverage"),
        ("ranks", checks.ranks.add_prefix("rank_"), targets, "ranks"),
        ("errors", checks.errors, targets, "errors"),
        ("robustness", load_robustness(run.id).table(), targets, "robustness"),
        ("importance", importance_table(explanation, explanation.importance), None, "explain"),
        ("sensitivity", sensitivity_table(explanation, explanation.sensitivity), None, "explain"),
        ("top k", top_k_table(explanation.top_k), None, "explain"),
        ("identify", identification.errors, None, "identify"),
        ("estimates", nmr.estimate(run, dataset).head(), targets, ""),
        ("parameters", dataset.parameters, specs, ""),
    ]
    for entry in list_studies():
        table = entry.study.table()
        about = entry.study.targets | option_columns(table)
        tables.append((entry.id, table, about, "study"))
    return tables
