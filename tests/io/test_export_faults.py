"""A full disk, a cancellation, a mistake half way: nothing half written stays, in any format."""

import os
import subprocess
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nmr_core import FailedError
from nmr_core.io.formats import FORMATS, Foreign, accept, read_foreign, write_foreign


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
def test_a_full_disk_leaves_nothing(repository, tmp_path):
    """A real fault: the operating system refuses files of more than 20 kB (EFBIG)."""
    presets = {"ml4sci_2020": "ml4sci_2020", "deeplearn_2024": "deeplearn_2024_gaussian"}
    code = f"""
        import resource
        import numpy as np, pandas as pd
        from nmr_core import FailedError, write_foreign
        from nmr_core.io.formats import FORMATS, Foreign
        rng = np.random.default_rng(0)
        names = ("alpha", "alpha_x", "alpha_y", "alpha_z", "xi", "p", "d", "gamma_1", "gamma_2",
                 "gamma_3", "s_w", "p_w", "d_w", "angle_1", "angle_2", "phase_1", "phase_2")
        signals = rng.normal(size=(50, 1, 471)) + 1j * rng.normal(size=(50, 1, 471))
        table = pd.DataFrame({{name: np.zeros(50) for name in names}})
        table = table.assign(kernel="gaussian", dt=1 / np.pi)
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        for name in FORMATS:
            preset = {presets}.get(name, "")
            foreign = Foreign(table, signals, np.arange(1, 472) / np.pi, preset)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
            try:
                write_foreign(foreign, {str(tmp_path)!r} + f"/{{name}}/made", name)
            except FailedError as error:
                print(error)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    """
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(code)]
    ended = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    for name, line in zip(FORMATS, ended.stdout.splitlines(), strict=True):
        assert line.startswith(
            f"The disk is full: {tmp_path / name / 'made'} could not be written ("
        )
        assert list((tmp_path / name).iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError])
def test_whatever_interrupts_leaves_nothing(name, fault, dataset, tmp_path, monkeypatch):
    from fitting import FITTING

    form = FORMATS[name]

    def interrupted(foreign, path):
        form.write(foreign, path)
        raise fault

    monkeypatch.setitem(FORMATS, name, replace(form, write=interrupted))
    with pytest.raises(fault):
        write_foreign(dataset(FITTING[name]), tmp_path / "made", name)
    assert list(tmp_path.iterdir()) == []


def test_an_accepted_import_is_a_data_set(challenge, dataset, data_folder):
    from nmr_core import load_dataset

    stored = accept(read_foreign(challenge), source="challenge", title="Theirs")
    again = load_dataset(stored.manifest.id)
    assert again.path == stored.path == data_folder / "datasets" / stored.manifest.id
    assert (again.manifest.title, again.manifest.preset_name, again.manifest.source) == (
        "Theirs",
        "ml4sci_2020",
        "challenge",
    )
    assert np.array_equal(again.signals, dataset("ml4sci_2020").signals)
    assert np.array_equal(again.parameters["xi"], dataset("ml4sci_2020").parameters["xi"])


def test_an_import_that_fails_half_way_leaves_nothing(challenge, data_folder, monkeypatch):
    from nmr_core.datasets.dataset import EchoDataset

    whole = EchoDataset.save

    def full(self, path):
        whole(self, path)
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(EchoDataset, "save", full)
    with pytest.raises(FailedError, match="The disk is full"):
        accept(read_foreign(challenge), source="challenge")
    assert list((data_folder / "datasets").iterdir()) == []


TEXTS = ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "a, b", 'a "b"', "two\nlines", "plain")


@pytest.mark.parametrize("name", ["csv_wide", "csv_long"])
def test_texts_are_no_formulas_and_break_no_row(name, tmp_path):
    import csv

    generator = np.random.default_rng(0)
    n = len(TEXTS)
    table = pd.DataFrame({"alpha": generator.random(n), "sequence": TEXTS})
    signals = generator.normal(size=(n, 1, 20)).astype(np.complex64)
    foreign = Foreign(table, signals, np.arange(20.0))
    path = tmp_path / "curves.csv"
    write_foreign(foreign, path, name)
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert len({len(row) for row in rows}) == 1
    place = rows[0].index("sequence")
    cells = list(dict.fromkeys(row[place] for row in rows[1:]))
    dangerous = ("=", "+", "@")
    assert cells == [f"'{text}" if text.startswith(dangerous) else text for text in TEXTS]


def test_plain_texts_are_written_without_quotes(tmp_path):
    table = pd.DataFrame({"kernel": ["gaussian", "rkky"]})
    foreign = Foreign(table, np.ones((2, 1, 20)), np.arange(20.0))
    write_foreign(foreign, tmp_path / "curves.csv", "csv_wide")
    assert '"' not in (tmp_path / "curves.csv").read_text()


def test_the_numbers_of_a_figure_hold_no_formulas():
    import plotly.graph_objects as go

    from nmr_core.plots.data import figure_csv

    figure = go.Figure(go.Bar(x=["=1+1", "b"], y=[1.0, -2.0], name="@SUM(A1)"))
    text = figure_csv(figure).decode("utf-8-sig")
    assert "'=1+1" in text
    assert not any(cell[:1] in "=@" for line in text.split() for cell in line.split(",") if cell)
    assert "-2.0" in text, "numbers stay numbers"
