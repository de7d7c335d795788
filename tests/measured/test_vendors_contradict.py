"""What a file says twice must agree: a change of either is refused with both numbers."""

import numpy as np
import pytest
import vendor_files as write

from nmr_core import InputError
from nmr_core.measured import read_measurements

N, DWELL = 312, 0.5
ECHO = np.round(3e4 * np.exp(-(((np.arange(N) - 120) / 30) ** 2) + 0.5j)) + 7

MUTATIONS = {
    "bruker, TD": (
        lambda p: write.bruker(p / "1", ECHO, DWELL, TD=600),
        ("600", "624"),
    ),
    "bruker, size": (
        lambda p: write.bruker(p / "1", ECHO, DWELL, TD=1000),
        ("1,000", "624"),
    ),
    "bruker, ser cut": (
        lambda p: write.bruker(p / "1", [ECHO, ECHO], DWELL, end=b"\1" * 100),
        ("3", "2.03"),
    ),
    "bruker, rows": (
        lambda p: write.bruker(p / "1", [ECHO] * 5, DWELL, rows=3),
        ("3", "5"),
    ),
    "bruker, SW": (
        lambda p: write.bruker(p / "1", ECHO, DWELL, SW=5000),
        ("2,000,000", "1,065,800"),
    ),
    "jcamp, VAR_DIM": (
        lambda p: write.jcamp(p / "a.dx", ECHO, DWELL, VAR_DIM=300),
        ("300", "312"),
    ),
    "jcamp, LAST": (
        lambda p: write.jcamp(p / "a.dx", ECHO, DWELL, LAST=2.111e-4),
        ("6.78", "5e-07"),
    ),
    "jcamp, rows": (
        lambda p: write.jcamp(p / "a.dx", ECHO, DWELL, stretch=1.3),
        ("5e-07", "6.5e-07"),
    ),
    "jcamp, SW_h": (
        lambda p: write.jcamp(p / "a.dx", ECHO, DWELL, labels={"SW_h": 1e6}),
        ("5e-07", "1e-06"),
    ),
    "varian, np": (lambda p: write.varian(p / "a.fid", ECHO, DWELL, np=600), ("600", "624")),
    "varian, at": (lambda p: write.varian(p / "a.fid", ECHO, DWELL, at=3e-4), ("0.96", "0.5")),
    "varian, sw": (lambda p: write.varian(p / "a.fid", ECHO, DWELL, sw=1e6), ("1", "0.5")),
    "varian, arraydim": (
        lambda p: write.varian(p / "a.fid", ECHO, DWELL, arraydim=4),
        ("1", "4"),
    ),
    "varian, cut": (lambda p: write.varian(p / "a.fid", ECHO, DWELL, cut=1260), ("2,556", "1,260")),
    "varian, status": (
        lambda p: write.varian(p / "a.fid", ECHO, DWELL, h_status=0x11),
        ("4", "2"),
    ),
    "varian, header": (
        lambda p: write.varian(p / "a.fid", ECHO, DWELL, h_tbytes=2000),
        ("2,000", "2,496"),
    ),
    "spinsolve, type": (
        lambda p: write.spinsolve(p / "1", ECHO, DWELL, number=501, width=208),
        ("416", "624"),
    ),
    "spinsolve, nrPnts": (
        lambda p: write.spinsolve(p / "1", ECHO, DWELL, nrPnts=300),
        ("312", "300"),
    ),
    "spinsolve, dwellTime": (
        lambda p: write.spinsolve(p / "1", ECHO, DWELL, dwellTime=0.6, bandwidth=None),
        ("0.6", "0.5"),
    ),
    "spinsolve, bandwidth": (
        lambda p: write.spinsolve(p / "1", ECHO, DWELL, bandwidth=1000),
        ("0.5", "1"),
    ),
    "spinsolve, axis": (
        lambda p: write.spinsolve(p / "1", ECHO, DWELL, stretch=1.2),
        ("0.5", "0.6"),
    ),
    "tecmag, points": (lambda p: write.tecmag(p / "a.tnt", ECHO, DWELL, n=300), ("300", "312")),
    "tecmag, length": (
        lambda p: write.tecmag(p / "a.tnt", ECHO, DWELL, length=2400),
        ("312", "300"),
    ),
    "tecmag, cut": (lambda p: write.tecmag(p / "a.tnt", ECHO, DWELL, cut=3000), ("312", "243")),
    "tecmag, sw": (lambda p: write.tecmag(p / "a.tnt", ECHO, DWELL, sw=3e5), ("0.5", "1.66")),
    "tecmag, acq_time": (
        lambda p: write.tecmag(p / "a.tnt", ECHO, DWELL, acq_time=3.12e-4),
        ("0.5", "1"),
    ),
    "rs2d, dimension": (
        lambda p: write.rs2d(p / "1", ECHO, DWELL, MATRIX_DIMENSION_1D=300),
        ("600", "624"),
    ),
    "rs2d, cut": (lambda p: write.rs2d(p / "1", ECHO, DWELL, cut=2000), ("624", "500")),
    "rs2d, width": (
        lambda p: write.rs2d(p / "1", ECHO, DWELL, SPECTRAL_WIDTH=1e6),
        ("1", "0.5"),
    ),
    "rs2d, dwell": (
        lambda p: write.rs2d(p / "1", ECHO, DWELL, DWELL_TIME=1e-6),
        ("0.5", "1"),
    ),
    "simpson, NP": (lambda p: write.simpson(p / "a.fid", ECHO, DWELL, NP=300), ("300", "312")),
    "jeol, points": (lambda p: write.jeol(p / "a.jdf", ECHO, DWELL, points=300), ("312", "300")),
    "jeol, sweep": (lambda p: write.jeol(p / "a.jdf", ECHO, DWELL, sweep=1e6), ("1", "0.5")),
    "jeol, acq_time": (
        lambda p: write.jeol(p / "a.jdf", ECHO, DWELL, acq_time=3.12e-4),
        ("0.5", "1"),
    ),
    "jeol, axis": (
        lambda p: write.jeol(p / "a.jdf", ECHO, DWELL, axis_stop=3.11e-4),
        ("0.5", "1"),
    ),
    "jeol, length": (
        lambda p: write.jeol(p / "a.jdf", ECHO, DWELL, length=2496),
        ("4,992", "2,496"),
    ),
    "jeol, cut": (lambda p: write.jeol(p / "a.jdf", ECHO, DWELL, cut=4000), ("4,992",)),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_two_places_that_disagree_are_refused_with_both_numbers(tmp_path, refused, name):
    make, numbers = MUTATIONS[name]
    sentence = refused(read_measurements, make(tmp_path))
    assert "contradicts itself: the " in sentence
    assert "Get the file again, or export the echo as CSV." in sentence
    for number in numbers:
        assert number in sentence


@pytest.mark.parametrize("digits", [6, 8])
def test_rounding_of_a_header_is_no_contradiction(tmp_path, digits):
    dwell = 1 / 3

    def rounded(value):
        return float(f"{value:.{digits}g}")

    at = rounded((N - 1) * dwell * 1e-6)
    for path in (
        write.varian(tmp_path / "a.fid", ECHO, dwell, at=rounded(N * dwell * 1e-6)),
        write.jcamp(tmp_path / "a.dx", ECHO, dwell, LAST=at, labels={"SW_h": rounded(3e6)}),
        write.spinsolve(tmp_path / "1", ECHO, dwell, dwellTime=rounded(dwell)),
        write.jeol(tmp_path / "a.jdf", ECHO, dwell, sweep=rounded(3e6)),
    ):
        [one] = read_measurements(path)
        assert one.time == pytest.approx(np.arange(N) * dwell, rel=1e-5, abs=1e-3)


def test_a_check_of_packed_numbers_that_fails_is_refused(tmp_path, refused):
    path = write.jcamp(tmp_path / "a.dx", ECHO, DWELL, packed=True)
    lines = path.read_text().split("\n")
    k = next(k for k, line in enumerate(lines) if line.startswith("(X++") or "(X++(R..R))" in line)
    head = lines[k + 2].rstrip()
    lines[k + 2] = "7" + "A" + head[2:] if head[1] != "A" else "7" + "B" + head[2:]
    path.write_text("\n".join(lines))
    assert "the check on the next line" in refused(read_measurements, path)


def test_a_channel_that_jcamp_announces_must_be_there(tmp_path, refused):
    text = write.jcamp(tmp_path / "a.dx", ECHO, DWELL).read_text()
    (tmp_path / "a.dx").write_text(text.replace("(X++(R..R))", "(X++(Q..Q))"))
    assert "0 real and 1 imaginary pages" in refused(read_measurements, tmp_path / "a.dx")


def test_jcamp_of_one_channel(tmp_path, refused):
    values = np.round(ECHO.real).astype(int)
    rows = "\n".join(
        f"{k * DWELL:g} " + " ".join(map(str, values[k : k + 8])) for k in range(0, N, 8)
    )

    def text(**labels):
        stated = {
            "TITLE": "x",
            "JCAMP-DX": 4.24,
            "DATA TYPE": "NMR FID",
            "XUNITS": "MICROSECONDS",
            "XFACTOR": 1,
            "YFACTOR": 0.5,
            "FIRSTX": 0,
            "LASTX": (N - 1) * DWELL,
            "NPOINTS": N,
        } | labels
        head = "".join(f"##{key}= {value}\n" for key, value in stated.items() if value is not None)
        return head + f"##XYDATA= (X++(Y..Y))\n{rows}\n##END=\n"

    path = tmp_path / "a.dx"
    path.write_text(text())
    [one] = read_measurements(path)
    assert one.time == pytest.approx(np.arange(N) * DWELL)
    assert np.array_equal(one.signal, values / 2)
    assert one.real_only
    for labels, sentence in (
        ({"DELTAX": 0.6}, "0.5 by FIRST and LAST, but 0.6 by DELTAX"),
        ({"LASTX": 99}, "by FIRST and LAST, but 0.5 by the X at the beginning of its rows"),
        ({"NPOINTS": 300}, "300 by VAR_DIM or NPOINTS, but 312 by its table"),
        ({"XUNITS": None, "LASTX": None}, "neither the unit nor the range"),
        ({"XUNITS": "", "LASTX": 155.5}, "does not give the unit"),
    ):
        path.write_text(text(**labels))
        assert sentence in refused(read_measurements, path)


def test_spinsolve_s_jcamp_has_the_step_of_its_parameters(tmp_path, refused):
    folder = write.spinsolve(tmp_path / "1", ECHO, DWELL)
    (folder / "data.1d").unlink()
    write.jcamp(folder / "nmr_fid.dx", ECHO, DWELL)
    [one] = read_measurements(folder)
    assert (one.kind, one.step) == ("spinsolve", pytest.approx(DWELL))
    assert np.array_equal(one.signal, ECHO)
    write.jcamp(folder / "nmr_fid.dx", ECHO, 0.7)
    assert "0.5 µs by dwellTime of acqu.par, but 0.7" in refused(read_measurements, folder)


def test_a_last_time_of_few_digits_is_no_contradiction_and_no_step(tmp_path):
    """SpinCore's files give LAST as the whole time with six decimals, here 156 for 155.5 µs."""
    for labels in ({"SW_h": 2e6}, {}):
        path = write.jcamp(tmp_path / "a.dx", ECHO, DWELL, LAST=0.000156, labels=labels)
        [one] = read_measurements(path)
        assert one.step == pytest.approx(DWELL, rel=1e-9)
    wrong = write.jcamp(tmp_path / "a.dx", ECHO, DWELL, LAST=0.000159, labels={"SW_h": 2e6})
    with pytest.raises(InputError, match="contradicts itself"):
        read_measurements(wrong)


def test_runs_and_ramps_of_packed_numbers(tmp_path):
    """Repeated values and repeated differences, the published example, and ours of every length."""
    from nmr_core.io.readers.asdf import table

    # McDonald & Wilks 1988: +7 +8 +8 +8 +9 (SQZ with DUP), and the same by differences
    for body in ("1 G H U I", "1GHUI", "1 +7+8+8+8+9", "1 7 8 8 8 9", "1GJ%TJ", "1G8H8"):
        expected = [78, 88] if body == "1G8H8" else [7, 8, 8, 8, 9]
        assert table(body, "a.dx").values.tolist() == expected
    ramp = np.r_[np.arange(40) * -3, np.full(30, 7), np.arange(10) ** 2, np.zeros(26), 5]
    path = write.jcamp(tmp_path / "a.dx", ramp * (1 - 2j), DWELL, packed=True)
    [one] = read_measurements(path)
    assert np.array_equal(one.signal, ramp * (1 - 2j))


def test_irregular_rows_of_jcamp_keep_their_times(tmp_path, refused):
    time = np.r_[np.arange(200) * 5e-7, 1e-4 + np.arange(1, 113) * 1e-6]
    rows = "\n".join(f"{t:.7g}, {value:.6g}" for t, value in zip(time, ECHO.real, strict=True))

    def text(last):
        return (
            "##TITLE= x\n##JCAMP-DX= 4.24\n##DATA TYPE= NMR FID\n##XUNITS= SECONDS\n"
            f"##XFACTOR= 1\n##YFACTOR= 2\n##FIRSTX= 0\n##LASTX= {last}\n##NPOINTS= {N}\n"
            f"##XYDATA= (XY..XY)\n{rows}\n##END=\n"
        )

    (tmp_path / "a.dx").write_text(text(f"{time[-1]:.7g}"))
    [one] = read_measurements(tmp_path / "a.dx")
    assert one.time == pytest.approx(1e6 * time, abs=1e-3)
    assert np.array_equal(one.signal, 2 * ECHO.real)
    (tmp_path / "b.dx").write_text(text("3.0e-4"))
    assert "0.000212" in refused(read_measurements, tmp_path / "b.dx")


MAKERS = {
    "bruker": lambda p: write.bruker(p / "1", [ECHO, ECHO], DWELL),
    "jcamp": lambda p: write.jcamp(p / "a.dx", ECHO, DWELL, packed=True),
    "varian": lambda p: write.varian(p / "a.fid", [ECHO, ECHO], DWELL),
    "spinsolve": lambda p: write.spinsolve(p / "1", ECHO, DWELL),
    "tecmag": lambda p: write.tecmag(p / "a.tnt", ECHO, DWELL),
    "rs2d": lambda p: write.rs2d(p / "1", ECHO, DWELL),
    "simpson": lambda p: write.simpson(p / "a.fid", ECHO, DWELL),
    "jeol": lambda p: write.jeol(p / "a.jdf", ECHO, DWELL),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_no_damage_gets_past_the_readers_as_anything_but_a_sentence(tmp_path, kind):
    """Bytes changed, cut out and doubled at 150 places: a reading, or a sentence of ours."""
    rng = np.random.default_rng(3)
    path = MAKERS[kind](tmp_path)
    files = [path] if path.is_file() else sorted(path.iterdir())
    originals = {file: file.read_bytes() for file in files}
    for _ in range(150):
        file = files[rng.integers(len(files))]
        content = bytearray(originals[file])
        place = int(rng.integers(min(len(content), 1500)))
        match rng.integers(3):
            case 0:
                content[place] = int(rng.integers(256))
            case 1:
                del content[place : place + int(rng.integers(1, 50))]
            case _:
                content[place:place] = content[place : place + int(rng.integers(1, 50))]
        file.write_bytes(bytes(content))
        try:
            read_measurements(path, kind=kind)
        except InputError as error:
            sentence = str(error)
            assert sentence.endswith(".")
            assert not any(word in sentence for word in ("nan", "inf ", "broadcast", "codec"))
        file.write_bytes(originals[file])
