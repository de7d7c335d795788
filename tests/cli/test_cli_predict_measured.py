"""``predict --measured``: a measured echo in, everything that was done and said about it out."""

import numpy as np
import pandas as pd
import pytest

import nmr_core as nmr
from nmr_core.measured import choice, read_measurements
from nmr_core.measured.example import example_echo

NAMES = ("alpha", "xi", "p", "d")


@pytest.fixture(scope="module")
def runs_folder(echoes_folder, tmp_path_factory):
    """Runs that noise does not throw far out of their range: on six principal components, of all
    points and of those after the second pulse.
    """
    folder = tmp_path_factory.mktemp("runs")
    dataset = nmr.load_dataset(echoes_folder)
    first = int(np.searchsorted(dataset.time, 5.0, "right"))
    for name, window in (("ridge", {}), ("late", {"window": [first, len(dataset.time)]})):
        run = nmr.train(
            dataset,
            model="ridge",
            featurizer="pca",
            featurizer_options={"n_components": 6} | window,
            split=0.3,
            id=f"run-{name}",
        )
        run.save(folder / run.id)
    return folder


@pytest.fixture(scope="module")
def text(runs_folder):
    """An example of the small run, as a file's content, with its target."""
    run = nmr.load_run(runs_folder / "run-ridge")
    return example_echo(run, nmr.target_for_run(run)).text


@pytest.fixture
def echo(text, tmp_path):
    path = tmp_path / "echo.csv"
    path.write_bytes(text)
    return path


def test_the_json_is_what_python_says(cli, runs, echo):
    answer = cli("predict", "run-ridge", echo, "--measured", "--json")
    assert answer.code == 0
    run = nmr.load_run("run-ridge")
    wanted = nmr.estimate(run, nmr.prepare_for_run(run, read_measurements(echo))).iloc[0]
    for name in NAMES:
        value = answer.json["estimate"][f"predicted_{name}"]
        if name in run.manifest.unidentifiable:
            assert value is None
        else:
            assert value == pytest.approx(wanted[f"predicted_{name}"], rel=1e-5)
    assert answer.json["verdict"]["quotable"] == "with caution"
    (measurement,) = answer.json["measurements"]
    assert measurement["points"] == 10_000
    assert {"phase", "amplitude", "time_zero"} <= {stage["name"] for stage in measurement["stages"]}


def test_the_text_says_every_step_and_how_to_get_intervals(cli, runs, echo):
    answer = cli("predict", "run-ridge", echo, "--measured")
    assert answer.code == 0
    for word in ("Time zero", "Phase", "Scale", "alpha", "MHz", "0 to 0.2"):
        assert word in answer.out, word
    assert "calibrate run-ridge" in answer.err


def test_auto_takes_the_run_whose_points_were_measured(
    cli, runs, refused, text, tmp_path, monkeypatch
):
    head, *rows = text.decode().splitlines()
    late = tmp_path / "late.csv"
    late.write_text("\n".join([head, *(row for row in rows if float(row.split(",")[0]) > 17.5)]))
    several = [nmr.load_run(f"run-{name}") for name in ("ridge", "late")]
    monkeypatch.setattr(choice, "runs_for_measurements", lambda: several)
    answer = cli("predict", "auto", late, "--measured", "--insist")
    assert answer.code == 0
    assert "run-late reads this measurement: it looks at 30 of the 45 points" in answer.err
    assert "The model looks at 30 of them" in answer.out
    sentence = refused(2, "predict", "run-ridge", late, "--measured")
    assert sentence.endswith("auto instead of run-ridge looks for one.")


def test_the_unit_must_be_said(cli, runs, refused, text, tmp_path):
    path = tmp_path / "bare.csv"
    path.write_bytes(b"\n".join(text.splitlines()[1:]))
    said = refused(2, "predict", "run-ridge", path, "--measured")
    assert "unit" in said
    told = cli(
        "predict",
        "run-ridge",
        path,
        "--measured",
        "--time-unit",
        "us",
        "--columns",
        "1,2,3",
        "--json",
    )
    with_header = tmp_path / "echo.csv"
    with_header.write_bytes(text)
    assert (
        told.json["estimate"]
        == cli("predict", "run-ridge", with_header, "--measured", "--json").json["estimate"]
    )


def test_a_step_is_overridden(cli, runs, echo):
    def stage(name, *more):
        stages = cli("predict", "run-ridge", echo, "--measured", "--json", *more).json[
            "measurements"
        ][0]["stages"]
        return next(stage for stage in stages if stage["name"] == name)

    assert stage("phase")["used"] == pytest.approx(37, abs=3)
    assert stage("phase", "--phase", "12")["used"] == 12
    assert stage("amplitude", "--amplitude", "2000")["used"] == 2000


def test_simulated_again_and_reported(cli, runs, echo, tmp_path):
    out, table = tmp_path / "report.html", tmp_path / "estimates.csv"
    answer = cli(
        "predict",
        "run-ridge",
        echo,
        "--measured",
        "--resimulate",
        "--report",
        out,
        "--csv",
        table,
        "--json",
    )
    assert answer.code == 0
    found = answer.json["resimulation"]
    assert 0 < found["p_value"] <= 1
    assert found["says"] in out.read_text(encoding="utf-8").replace("&#x27;", "'")
    assert pd.read_csv(table)["estimate alpha (MHz)"].tolist() == pytest.approx(
        [answer.json["estimate"]["predicted_alpha"]]
    )


def test_refined_from_the_estimate(cli, runs, echo):
    answer = cli("predict", "run-ridge", echo, "--measured", "--refine", "--json")
    assert answer.code == 0
    refined = answer.json["refined"]
    space = nmr.preset("ml4sci_2020_secular").space
    assert set(refined["values"]) == {"alpha", "p", "d"}, "nothing tells xi"
    assert all(
        space[name].low <= value <= space[name].high for name, value in refined["values"].items()
    )
    assert all(sd > 0 for sd in refined["sd"].values())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--time-unit", "fortnight"),
        ("--columns", "a,b,c"),
        ("--phase", "north"),
        ("--measurement", "2"),
        ("--measurement", "x"),
        ("--level", "90"),
        ("--report", "x.docx"),
        ("--format", "none"),
        ("--amplitude", "-1"),
    ],
)
def test_wrong_use(refused, runs, echo, arguments):
    refused(2, "predict", "run-ridge", echo, "--measured", *arguments)


@pytest.mark.parametrize(
    "content", [b"hello\n", b"\x80\x04\x95pickle", b"t_us,re,im\n1,2,3\n2,3,4\n3,4,5\n"]
)
def test_what_is_no_echo(refused, runs, tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    refused(2, "predict", "run-ridge", tmp_path / "a.csv", "--measured")


@pytest.mark.parametrize(
    "option", [("--phase", "3"), ("--resimulate",), ("--time-unit", "us"), ("--report", "a.html")]
)
def test_options_of_ones_own_echo_need_it(refused, runs, dataset, option):
    assert "--measured" in refused(2, "predict", "run-ridge", "echoes-60", *option)


def test_noise_is_no_echo(refused, runs, tmp_path):
    rng = np.random.default_rng(0)
    table = np.column_stack([np.linspace(0.3, 15, 2000), rng.normal(size=(2000, 2))])
    pd.DataFrame(table, columns=["t_us", "re", "im"]).to_csv(tmp_path / "a.csv", index=False)
    assert "no echo" in refused(2, "predict", "run-ridge", tmp_path / "a.csv", "--measured")


def test_the_report_as_pdf_is_one_page(cli, runs, echo, tmp_path):
    pytest.importorskip("reportlab")
    out = tmp_path / "report.pdf"
    assert cli("predict", "run-ridge", echo, "--measured", "--report", out).code == 0
    assert out.read_bytes().startswith(b"%PDF")
