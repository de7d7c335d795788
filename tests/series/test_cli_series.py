"""``read --series``: what it prints and writes, what it asks."""

import argparse
import html
import json

import numpy as np
import pandas as pd
import pytest

from nmr_core.cli import (
    arguments,
    figure_style,
    protocol_options,
    read_series,
    reading_options,
    text_options,
)
from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.measured.series.result import list_series, load_series


@pytest.fixture
def folder(write, tmp_path):
    folder = tmp_path / "monday"
    for name in ("T=4.2K.csv", "T=10K.csv", "T=1.5K.csv"):
        write(name, folder=folder)
    (folder / "T=2K.csv").write_text("nothing\n")
    return folder


def _parsed(*texts):
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--format")
    parser.add_argument("--level", type=float, default=0.9)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--csv", type=arguments.text)
    parser.add_argument("--report", type=arguments.text)
    read_series.add(parser)
    reading_options.add(parser)
    figure_style.add(parser)
    text_options.add(parser)
    protocol_options.add(parser)
    return parser.parse_args([*texts, "--seeds", "0"])


def _run(*texts):
    args = _parsed(*texts)
    read_series.run(args, args.files, lambda *_: load_run("pretrained-measured"))


def test_a_folder_is_printed_written_and_stored(folder, data_folder, capsys):
    out, report = folder.parent / "out.csv", folder.parent / "out.html"
    _run(str(folder), "--csv", str(out), "--report", str(report))
    printed = capsys.readouterr().out
    assert "temperature (K)" in printed
    assert "3 of 4 echoes estimated, 1 unreadable" in printed
    assert "T=2K.csv: T=2K.csv" in printed or "T=2K.csv: " in printed
    table = pd.read_csv(out)
    assert list(table["temperature (K)"][:3]) == [1.5, 4.2, 10.0]
    assert "collect(" in report.read_text(encoding="utf-8")
    (entry,) = list_series()
    assert entry.id in printed


def test_the_python_of_a_report_makes_the_same_series(write, data_folder, tmp_path, monkeypatch):
    """The files need a unit, columns and a value each, and a step is fixed."""
    day = tmp_path / "day"
    for name in ("warm.csv", "cold.csv"):
        path = write(name, folder=day)
        rows = np.loadtxt(path, delimiter=",", skiprows=1)
        np.savetxt(path, rows[:, [0, 2, 1]] * [1e-3, 1, 1], delimiter=";")
    table = tmp_path / "values.csv"
    table.write_text("file,T (mK)\nwarm.csv,4200\ncold.csv,1500\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    reading = ["--time-unit", "ms", "--columns", "1,3,2", "--values", "values.csv"]
    reading += ["--format", "csv", "--separator", "semicolon", "--level", "0.8"]
    reading += ["--tau", "50", "--angle-2", "180"]
    _run("day", *reading, "--offset", "off", "--report", "out.html")
    (entry,) = list_series()
    first = load_series(entry.id)
    assert list(first.table["state"]) == ["estimated"] * 2

    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    code = html.unescape(page.split("<pre>")[1].split("</pre>")[0])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert "'tau': 50.0, 'angle_2': 180.0" in code
    names: dict = {}
    exec(compile(code, "series.py", "exec"), names)
    pd.testing.assert_frame_equal(names["result"].table, first.table)
    assert names["result"].steps == first.steps
    assert (elsewhere / "series.csv").read_text(encoding="utf-8") == first.csv()
    assert (elsewhere / "series.html").is_file()


def test_json_has_one_row_per_echo(folder, data_folder, capsys):
    _run(str(folder), "--json")
    answered = json.loads(capsys.readouterr().out)
    assert answered["quantity"] == {"name": "temperature", "unit": "K"}
    assert [row["value"] for row in answered["rows"]] == [1.5, 4.2, 10.0, None]


def test_a_question_ends_the_command_with_its_sentence(write, tmp_path, data_folder):
    folder = tmp_path / "two"
    for name in ("4K_1T.csv", "10K_2T.csv"):
        write(name, folder=folder)
    with pytest.raises(InputError, match="2 quantities vary"):
        _run(str(folder))
    _run(str(folder), "--by", "field")


def test_watching_needs_one_folder(folder, data_folder):
    with pytest.raises(InputError, match="takes one folder"):
        _run(str(folder / "T=10K.csv"), "--watch")
    with pytest.raises(InputError, match="Leave one of them out"):
        _run(str(folder), "--watch", "--values", "values.csv")


def test_watching_answers_new_files_once(folder, write, data_folder, capsys, monkeypatch):
    """Two batches, then Ctrl-C: the first echo is answered in the first batch only."""
    from nmr_core.measured import series

    def batches(folder_):
        yield [folder / "T=4.2K.csv"]
        yield [folder / "T=10K.csv", folder / "T=2K.csv"]
        raise KeyboardInterrupt

    monkeypatch.setattr(series, "watch", batches)
    out = folder.parent / "out.csv"
    _run(str(folder), "--watch", "--csv", str(out))
    captured = capsys.readouterr()
    first, second = captured.out.split("1 of 1 echoes estimated")
    assert first.count("T=4.2K.csv") == 1
    assert "T=4.2K.csv" not in second
    assert "Watching ended: 2 of 3 echoes estimated, 1 unreadable" in captured.err
    assert len(pd.read_csv(out)) == 3
    assert len(list_series()) == 1


def test_the_command_reads_a_series(folder, data_folder, capsys):
    from nmr_core.cli.entry import main

    assert main(["read", str(folder), "--series", "--seeds", "0"]) == 0
    captured = capsys.readouterr()
    assert "3 of 4 echoes estimated" in captured.out
    assert "pretrained-measured reads this measurement" in captured.err
