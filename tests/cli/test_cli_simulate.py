"""``simulate``: one echo, printed, as JSON, as a file (several: test_cli_simulate_several.py)."""

import csv
from pathlib import Path

import numpy as np
import pytest

import nmr_core as nmr


def test_the_json_is_the_echo(cli, small):
    given = (
        "--preset",
        "cuda_2023",
        *small,
        "--set",
        "xi=2.5",
        "--set",
        "kernel=rkky",
        "--seed",
        7,
    )
    answer = cli("simulate", *given, "--json")
    experiment = nmr.preset("cuda_2023").build(n_x=8, n_y=8, tau=5, xi=2.5, kernel="rkky")
    echo, found = nmr.simulate(experiment, seed=7), answer.json
    assert (answer.code, answer.err) == (0, "")
    np.testing.assert_array_equal(found["time_us"], echo.time)
    np.testing.assert_array_equal(np.array(found["re"]) + 1j * np.array(found["im"]), echo.signal)
    np.testing.assert_array_equal(found["mz"], echo.mz)
    assert found["experiment"] == experiment.to_dict()
    assert (found["W"], found["omega_p"]) == (experiment.W, experiment.omega_p)
    assert found["length_scale"] == experiment.derived["length_scale"]
    assert (found["peak"]["time_us"], found["peak"]["magnitude"]) == echo.peak
    for name, value in (("width_us", echo.shape.width), ("asymmetry", echo.shape.asymmetry)):
        assert found["peak"][name] == (value if np.isfinite(value) else None)
    assert found["n_times"] == len(echo.time)
    assert found["parameters"] == {"xi": 2.5, "n_x": 8, "n_y": 8, "tau": 5.0, "kernel": "rkky"}
    assert found["units"]["xi"] == "sites"


def _facts(answer) -> dict[str, str]:
    assert answer.code == 0
    facts = dict(line.split("  ", 1) for line in answer.out.partition("\n\n")[0].splitlines())
    return {name: value.strip() for name, value in facts.items()}


def test_the_summary_has_numbers_with_units(cli, small):
    answer = cli(
        "simulate", *small, "--set", "tau=50", "--set", "alpha=0.18", "--set", "offsets=stratified"
    )
    experiment = nmr.preset("ml4sci_2020_secular").build(
        n_x=8, n_y=8, alpha=0.18, offsets="stratified"
    )
    echo, facts = nmr.simulate(experiment), _facts(answer)
    assert facts["preset"].startswith("ml4sci_2020_secular")
    assert facts["alpha"] == "0.18 MHz"
    assert facts["tau"] == "50 µs"
    assert facts["offsets"] == "stratified"
    assert facts["omega_p"] == "3.6 line widths"
    assert facts["length_scale"] == "1 sites"
    assert facts["sequence"] == "hahn_echo (β₁ – τ – β₂ – acquire)"
    assert facts["points"] == str(len(echo.time)) == "471"
    assert facts["echo time"] == "99.9493 µs"
    assert facts["peak"] == "|M| = {1:.6g} at {0:.6g} µs".format(*echo.peak)
    assert facts["width"] == f"{echo.shape.width:.6g} µs"
    assert facts["asymmetry"] == f"{echo.shape.asymmetry:.6g}"


def test_what_is_left_out_is_shown_with_its_default_and_what_is_overruled_is_not(cli, small):
    assert _facts(cli("simulate", *small))["alpha"] == "0.1 MHz"
    overruled = _facts(cli("simulate", *small, "--set", "alpha_x=0.03", "--set", "alpha_y=0.02"))
    assert "alpha" not in overruled
    assert (overruled["alpha_x"], overruled["alpha_y"]) == ("0.03 MHz", "0.02 MHz")
    solved = ("simulate", *small, "--preset", "gsoc_2021_weak_gaussian")
    assert _facts(cli(*solved))["W_tot"] == "0.08 MHz"
    assert float(_facts(cli(*solved))["xi"].split()[0]) > 1
    assert "W_tot" not in _facts(cli(*solved, "--set", "xi=2"))


def test_a_sequence_can_be_a_list(cli, small):
    answer = cli("simulate", *small, "--set", "sequence=90x 5us 180y 10us", "--json")
    experiment = nmr.preset("ml4sci_2020_secular").build(
        n_x=8, n_y=8, tau=5, sequence="90x 5us 180y 10us"
    )
    assert answer.json["experiment"] == experiment.to_dict()
    assert answer.json["sequence"] == answer.json["scheme"] == "90x 5us 180y 10us"
    np.testing.assert_array_equal(answer.json["re"], nmr.simulate(experiment).signal.real)


def test_a_train_and_a_record_without_an_echo_say_so(cli, small):
    train = cli("simulate", *small, "--set", "sequence=cpmg", "--set", "n_echoes=3")
    assert _facts(train)["echo time"] == "9.5493 µs, the first of 3"
    decay = _facts(cli("simulate", *small, "--set", "sequence=fid"))
    assert decay["echo time"] == "none"
    assert decay["width"] == decay["asymmetry"] == "-"
    assert (
        cli("simulate", *small, "--set", "sequence=fid", "--json").json["peak"]["width_us"] is None
    )


def test_every_field_can_be_set(cli, small):
    given = {
        "alpha_x": 0.01,
        "carrier": 0.5,
        "d_w": 0.5,
        "sign": "alternating",
        "lattice": "hexagonal",
        "integrator": "exponential_midpoint",
    }
    arguments = [f"--set={name}={value}" for name, value in given.items()]
    answer = cli("simulate", "--preset", "cuda_2023", *small, *arguments, "--json")
    experiment = nmr.preset("cuda_2023").build(n_x=8, n_y=8, tau=5, **given)
    assert answer.json["experiment"] == experiment.to_dict()
    np.testing.assert_array_equal(answer.json["im"], nmr.simulate(experiment).signal.imag)


def test_a_csv_file_has_every_digit(cli, small, tmp_path):
    file = tmp_path / "echo.csv"
    assert cli("simulate", *small, "--out", file).code == 0
    echo = nmr.simulate(nmr.preset("ml4sci_2020_secular").build(n_x=8, n_y=8, tau=5))
    header, *rows = csv.reader(file.read_text(encoding="ascii").splitlines())
    assert header == ["time (us)", "Re M", "Im M", "Mz"]
    np.testing.assert_array_equal(
        np.array(rows, float).T, [echo.time, echo.signal.real, echo.signal.imag, echo.mz]
    )
    assert b"\r" not in file.read_bytes()
    assert [item.name for item in tmp_path.iterdir()] == ["echo.csv"]


def test_an_npz_file_has_the_arrays(cli, small, tmp_path):
    file = tmp_path / "echo.NPZ"
    answer = cli("simulate", *small, "--seed", 3, "--out", file)
    echo = nmr.simulate(nmr.preset("ml4sci_2020_secular").build(n_x=8, n_y=8, tau=5), seed=3)
    with np.load(file) as arrays:
        for name in ("time", "signal", "mz"):
            np.testing.assert_array_equal(arrays[name], getattr(echo, name))
    assert str(file) in answer.out


def test_an_old_file_survives_a_failed_command(refused, small, tmp_path):
    file = tmp_path / "echo.csv"
    file.write_text("precious")
    refused(2, "simulate", *small, "--set", "alpha=nan", "--out", file)
    assert file.read_text() == "precious"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--preset", "nope"], "There is no preset 'nope'; there are ml4sci_2020_secular"),
        (["--preset", ""], "There is no preset ''"),
        (["--set", "alpha=nan"], "alpha must be in"),
        (["--set", "alpha=inf"], "alpha must be in"),
        (["--set", "alpha=1e9"], "alpha must be in"),
        (["--set", "p=-1"], "p must be in"),
        (["--set", "p=two"], "p must be a number, got 'two'"),
        (["--set", "xi=0"], "use the constant kernel"),
        (["--set", "xi=-1"], "xi must be in"),
        (["--set", "d=-1000"], "No finite couplings"),
        (["--set", "n_x=1", "--set", "n_y=1"], "A lattice needs 2 to"),
        (["--set", "n_x=10000", "--set", "n_y=10000"], "n_x must be in [1, 2048] sites"),
        (["--set", "n_x=8.5"], "n_x must be a whole number"),
        (["--set", "n_x=0"], "n_x must be in"),
        (["--set", "tau=1e-9"], "tau must be in"),
        (["--set", "dt=1e-4", "--set", "tau=10000"], "steps"),
        (["--set", "dt=100"], "tau must be at least one step"),
        (["--set", "kernel=banana"], "kernel must be one of"),
        (["--set", "kernel=5"], "kernel must be one of"),
        (["--set", "normalisation=max"], "normalisation must be one of"),
        (["--set", "offsets=none"], "offsets must be one of"),
        (["--set", "record=never"], "record must be one of"),
        (["--set", "integrator=euler"], "integrator must be one of"),
        (["--set", "sense=0"], "sense must be one of"),
        (["--set", "sense=up"], "sense must be one of"),
        (["--set", "banana=1"], "has no parameter 'banana'"),
        (["--set", "__class__=1"], "has no parameter '__class__'"),
        (["--set", "omega_p=1"], "has no parameter 'omega_p'"),
        (["--set", "sequence=banana"], "is neither a named sequence"),
        (["--set", "sequence=5"], "sequence must be one of"),
        (["--set", "lattice=cubic"], "lattice must be one of"),
        (["--set", "xi"], "NAME=VALUE"),
        (["--set", "=3"], "NAME=VALUE"),
        (["--set", "xi="], "NAME=VALUE"),
        (["--set", ""], "empty"),
        (["--seed", "-1"], "a seed is a whole number"),
        (["--seed", "1.5"], "a seed is a whole number"),
        (["--seed", "9" * 30], "a seed is a whole number"),
        (["--seed", "²"], "a seed is a whole number"),
        (["--see", "1"], "--see"),
        (["extra"], "extra"),
    ],
)
def test_wrong_use_is_refused(refused, arguments, sentence):
    assert sentence in refused(2, "simulate", *arguments)


@pytest.mark.parametrize(
    "file",
    [
        "echo",
        "echo.txt",
        "echo.csv.gz",
        "missing/echo.csv",
        "folder.csv",
        "file.txt/echo.csv",
        "",
        " ",
        ".csv",
        "x\0y.csv",
    ],
)
def test_a_file_that_cannot_be_is_refused_before_the_work(
    refused, small, tmp_path, monkeypatch, file
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "nmr_core.simulator.simulate", lambda *_, **__: pytest.fail("it was simulated")
    )
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file.txt").touch()
    refused(2, "simulate", *small, "--out", file)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file.txt", "folder.csv"]


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="/proc is the folder that nobody can write to"
)
def test_a_folder_that_cannot_be_written_to_is_a_failure(refused, small):
    assert "/proc/echo.csv could not be written" in refused(
        1, "simulate", *small, "--out", "/proc/echo.csv"
    )


def test_too_little_memory_is_a_sentence(refused, small, monkeypatch):
    def simulate(*_, **__):
        raise MemoryError

    monkeypatch.setattr("nmr_core.simulator.simulate", simulate)
    assert "not enough memory" in refused(1, "simulate", *small)


def test_our_own_mistake_is_a_sentence_and_a_traceback_on_request(cli, small, monkeypatch):
    def simulate(*_, **__):
        raise RuntimeError("a mistake")

    monkeypatch.setattr("nmr_core.simulator.simulate", simulate)
    answer = cli("simulate", *small)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: Unexpected RuntimeError: a mistake")
    monkeypatch.setenv("NMR_TRACEBACK", "1")
    with pytest.raises(RuntimeError, match="a mistake"):
        cli("simulate", *small)
