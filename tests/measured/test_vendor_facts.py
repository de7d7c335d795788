"""What was measured, as the headers of spectrometers give it, and headers that are not tidy."""

from pathlib import Path

import numpy as np
import pytest
import vendor_files as write

from nmr_core.measured import read_measurements

N, DWELL = 64, 0.5
ECHO = np.round(3e4 * np.exp(-(((np.arange(N) - 30) / 9) ** 2) + 0.5j)) + 7

PROGRAM = """;hahnecho
;$CLASS=Solids
#include <Avance.incl>
"acqt0=0"
1 ze
2 d1
  (p1 pl1 ph1):f1
  d6
  3u
  (p2 ph2):f1
  d7
  go=2 ph31
  wr #0
exit
ph1= 0 2
ph2= 0 0 1 1
ph31= 0 2
"""
TIMES = {"P": "(0..3)\n0 2.5 5 0", "D": "(0..7)\n0 0.5 0 0 0 0 4e-05 1e-5"}


def facts(path):
    """Facts of the first record."""
    return read_measurements(path)[0].about


def test_bruker_with_its_pulse_program(tmp_path):
    about = facts(write.bruker(tmp_path / "1", ECHO, DWELL, program=PROGRAM, TE=4.2, **TIMES))
    # From centre to centre: half of each pulse, d6, and the 3u beside it
    assert about["tau_us"] == pytest.approx(2.5 / 2 + 40 + 3 + 5 / 2)
    assert (about["pulse_1_us"], about["pulse_2_us"]) == (2.5, 5)
    assert about["recovery_us"] == pytest.approx(5e5)
    assert about["phase_cycle"] == "ph1 = 0 2, ph2 = 0 0 1 1, ph31 = 0 2"
    assert about["temperature_k"] == 4.2
    assert (about["scans"], about["carrier_mhz"], about["nucleus"]) == (16, 213.16, "1H")
    assert about["dwell_us"] == DWELL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  d6\n", "  d6*0.5\n"),
        ("  d6\n", "  DELTA\n"),
        ("(p2 ph2):f1", "(p2:sp1 ph2):f1"),
        ("  d7\n", "  p3 ph2\n  d7\n"),
        ("  d6\n", "3 d6\n  p3 ph2\n lo to 3 times l1\n"),
        ("  go=2", "  go1=2"),
    ],
)
def test_a_program_that_is_not_that_simple_gives_no_tau(tmp_path, old, new):
    program = PROGRAM.replace(old, new)
    assert program != PROGRAM
    about = facts(write.bruker(tmp_path / "1", ECHO, DWELL, program=program, **TIMES))
    assert "tau_us" not in about
    # A delay without a value leaves the pulses as they are
    assert ("pulse_1_us" in about) == ("DELTA" in new)


RELATIONS = """# 1 "/opt/topspin/exp/stan/nmr/lists/pp/hahnecho"
/* a comment
   p9 d9 */
;p2 : p1*2, 180 degree pulse
"p2=p1*cnst2"
"d6=((1s*l1)/cnst31)-(p1/2)-(p2/2)"
define delay del7
"del7=10u"
"acqt0=0"
prosol relations=<solids_default>
1 ze
2 d1
  (p1 pl1 ph1):f1
  d6
  (p2 pl1 ph2):f1
  del7
  go=2 ph31
  30m mc #0 to 2 F1QF(ivd)
exit
ph1= 0 2
ph31= 0 2
"""


def test_relations_of_a_pulse_program_count(tmp_path):
    """TopSpin computes p2 and d6 from them; what acqus holds for these names is older."""
    times = {
        "P": "(0..3)\n0 2.5 77 0",
        "D": "(0..7)\n0 0.5 0 0 0 0 0.9 0",
        "CNST": "(0..31)\n" + " ".join(["0", "1", "2", *["0"] * 28, "25000"]),
        "L": "(0..2)\n0 3 0",
    }
    about = facts(write.bruker(tmp_path / "1", ECHO, DWELL, program=RELATIONS, **times))
    # From centre to centre: three rotor periods of 40 µs
    assert about["tau_us"] == pytest.approx(120)
    assert (about["pulse_1_us"], about["pulse_2_us"]) == pytest.approx((2.5, 5))
    for old, new in (("l1)", "exp(l1))"), ('"p2=p1*cnst2"', '"p2=p1*cnst2"\n"p2=p1"')):
        program = RELATIONS.replace(old, new)
        path = write.bruker(tmp_path / "1", ECHO, DWELL, program=program, **times)
        assert "tau_us" not in facts(path)


def test_relations_run_no_code():
    from nmr_core.io.readers.labels import Labels
    from nmr_core.io.readers.relations import Relations

    for text in ("__import__('os')", "d1.real", "p1**p1", "(" * 200 + "1", "d0", "1/0", "[1]*9"):
        assert Relations(Labels({}), {"d0": text}).microseconds("d0") is None


def test_bruker_without_its_pulse_program(tmp_path):
    about = facts(write.bruker(tmp_path / "1", ECHO, DWELL, **TIMES))
    assert (about["pulse_1_us"], about["pulse_2_us"], about["recovery_us"]) == (2.5, 5, 5e5)
    assert "tau_us" not in about
    other = facts(write.bruker(tmp_path / "2", ECHO, DWELL, PULPROG="<zg30>", **TIMES))
    assert "pulse_1_us" not in other


def test_bruker_s_lists_are_facts_of_the_records(tmp_path):
    lists = [("vdlist", "10u\n5m\n0.5\n"), ("vclist", "1\n2\n")]
    each = read_measurements(write.bruker(tmp_path / "1", [ECHO] * 3, DWELL, lists=lists))
    assert [one.about["vd_us"] for one in each] == pytest.approx([10, 5e3, 5e5])
    # A list of another length belongs to something else
    assert "vc" not in each[0].about


def test_the_labels_of_bruker_are_the_same_facts_in_jcamp(tmp_path):
    labels = {"PULPROG": "<hahnecho>", "TE": 77, "NS": 8, **TIMES}
    folder = facts(write.bruker(tmp_path / "1", ECHO, DWELL, **labels))
    file = facts(write.jcamp(tmp_path / "a.dx", ECHO, DWELL, labels=labels))
    for key in ("pulse_1_us", "pulse_2_us", "recovery_us", "temperature_k", "scans", "sequence"):
        assert file[key] == folder[key]
    assert file["nucleus"] == "1H"


def test_varian_s_arrays(tmp_path):
    extra = [
        ("temp", "1", [25.0, 5.0, -15.0, 25.0, 5.0, -15.0]),
        ("d2", "3", [2e-5, 4e-5]),
        ("d1", "3", 0.5),
        ("p1", "6", 2.5),
        ("pw", "6", 5.0),
        ("rof1", "6", 2.0),
        ("rof2", "6", 1.0),
    ]
    extra[0] = ("temp", "1", [25.0, 5.0, -15.0])
    path = write.varian(
        tmp_path / "a", [ECHO] * 6, DWELL, arrays=("d2", "temp"), extra=extra, seqfil="s2pul"
    )
    each = read_measurements(path)
    kelvin = [298.15, 278.15, 258.15]
    assert [one.about["temperature_k"] for one in each] == pytest.approx(2 * kelvin)
    assert [one.about["d2_us"] for one in each] == pytest.approx([20] * 3 + [40] * 3)
    taus = [1.25 + 1 + 20 + 2 + 2.5, 1.25 + 1 + 40 + 2 + 2.5]
    assert [one.about["tau_us"] for one in each[::3]] == pytest.approx(taus)
    assert each[0].about["recovery_us"] == pytest.approx(5e5)
    assert each[0].about["swept"] == "d2, temp"


def test_varian_s_joint_arrays(tmp_path):
    extra = [("d2", "3", [2e-5, 4e-5]), ("gain", "1", [10, 20])]
    path = write.varian(tmp_path / "a", [ECHO] * 2, DWELL, arrays=("(d2", "gain)"), extra=extra)
    assert [one.about["gain"] for one in read_measurements(path)] == [10, 20]


def test_spinsolve_tecmag_rs2d_and_jeol(tmp_path):
    par = {"pulseLength": 2.5, "echoTime": 100, "repTime": 500, "Protocol": '"HahnEcho"'}
    about = facts(write.spinsolve(tmp_path / "1", ECHO, DWELL, **par))
    assert (about["tau_us"], about["pulse_1_us"], about["repetition_us"]) == (50, 2.5, 5e5)
    train = par | {"nrEchoes": 4}
    assert "tau_us" not in facts(write.spinsolve(tmp_path / "2", ECHO, DWELL, **train))
    about = facts(write.tecmag(tmp_path / "a.tnt", ECHO, DWELL, last_delay=0.25))
    assert (about["field_t"], about["recovery_us"], about["scans"]) == (4.7, 2.5e5, 16)
    about = facts(write.rs2d(tmp_path / "3", ECHO, DWELL, REPETITION_TIME=0.5, ECHO_TIME=1e-4))
    assert (about["repetition_us"], about["tau_us"]) == pytest.approx((5e5, 50))
    assert (about["carrier_mhz"], about["sequence"]) == (pytest.approx(213.16), "Hahn Echo")
    parameters = [
        ("x_pulse", 2.5, 28, 2),
        ("relaxation_delay", 0.5, 28, 0),
        ("temp_get", 25.0, 4, 0),
        ("field_strength", 4.7, 31, 0),
    ]
    about = facts(write.jeol(tmp_path / "a.jdf", ECHO, DWELL, parameters=parameters))
    assert about["pulse_1_us"] == pytest.approx(2.5)
    assert about["recovery_us"] == pytest.approx(5e5)
    assert about["temperature_k"] == pytest.approx(298.15)
    assert (about["field_t"], about["scans"], about["nucleus"]) == (4.7, 16, "Proton")


def test_headers_in_other_encodings_and_files_that_are_not_needed(tmp_path):
    umlaut = {"OWNER": "<J\xf6rg>", "USERA1": "<Gr\xf6\xdfe 5 \xb5m>"}
    folder = write.bruker(tmp_path / "1", ECHO, DWELL, **umlaut)
    for name in ("procs", "acqu3", "vdlist"):
        (folder / name).write_bytes(b"\xff\0= = \n\n##$")
    assert np.array_equal(read_measurements(folder)[0].signal, ECHO)
    folder = write.spinsolve(tmp_path / "2", ECHO, DWELL, Sample='"\xb5m = 5"')
    (folder / "proc.par").write_bytes(b"phase = 0\n\n\xff\n")
    with (folder / "acqu.par").open("ab") as file:
        file.write(b"\nno equals sign\n\n")
    assert np.array_equal(read_measurements(folder)[0].signal, ECHO)
    folder = write.varian(tmp_path / "3", ECHO, DWELL, seqfil="J\xf6rgs echo")
    with (folder / "procpar").open("ab") as file:
        file.write(b"\nstray line\n\n")
    assert facts(folder)["sequence"] == "J\xf6rgs echo"
    folder = write.rs2d(tmp_path / "4", ECHO, DWELL, SEQUENCE_NAME="Jorg")
    header = (folder / "header.xml").read_bytes().replace(b"Jorg", b"J\xf6rg")
    (folder / "header.xml").write_bytes(header)
    assert facts(folder)["sequence"] == "J\xf6rg"
    simpson = write.simpson(tmp_path / "b.fid", ECHO, DWELL).read_text()
    untidy = simpson.replace("DATA\n", " DATA \n").replace("SW=", "SW = ").replace("\n", "\r\n")
    (tmp_path / "b.fid").write_bytes(b"\xef\xbb\xbf" + untidy.encode())
    assert np.array_equal(read_measurements(tmp_path / "b.fid")[0].signal, ECHO)
    text = write.jcamp(tmp_path / "a.dx", ECHO, DWELL).read_text()
    untidy = text.replace("##TITLE= T", "##title=J\xf6rg $$ a comment").replace("\n", "\r\n")
    (tmp_path / "a.dx").write_bytes(untidy.replace("##VAR_DIM", "##VAR DIM").encode("cp1252"))
    assert np.array_equal(read_measurements(tmp_path / "a.dx")[0].signal, ECHO)
    assert facts(tmp_path / "a.dx")["title"] == "J\xf6rg"
    (tmp_path / "a.dx").write_bytes(untidy.encode("utf-16"))
    assert facts(tmp_path / "a.dx")["title"] == "J\xf6rg"


@pytest.mark.parametrize("packed", [False, True])
def test_nmrglue_reads_the_same_numbers(tmp_path, packed):
    """Where nmrglue is right, so that its users find the same here."""
    nmrglue = pytest.importorskip("nmrglue")

    # Whole blocks: nmrglue does not cut the others
    twice = np.r_[ECHO, ECHO]
    folder = write.bruker(tmp_path / "1", twice, DWELL)
    _, data = nmrglue.bruker.read(str(folder), read_pulseprogram=False)
    assert np.array_equal(data, twice)
    _, data = nmrglue.varian.read(str(write.varian(tmp_path / "2", ECHO, DWELL)), as_2d=True)
    assert np.array_equal(data[0], ECHO)
    _, data = nmrglue.jcampdx.read(str(write.jcamp(tmp_path / "a.dx", ECHO, DWELL, packed=packed)))
    assert np.array_equal(data[0] + 1j * data[1], ECHO)
    _, data = nmrglue.spinsolve.read(str(write.spinsolve(tmp_path / "3", ECHO, DWELL)), "data.1d")
    assert np.array_equal(data, ECHO)
    _, data = nmrglue.tecmag.read(str(write.tecmag(tmp_path / "a.tnt", ECHO, DWELL)))
    assert np.array_equal(data[:, 0, 0, 0], ECHO)
    dic, data = nmrglue.jeol.read(str(write.jeol(tmp_path / "a.jdf", ECHO, DWELL)))
    assert np.array_equal(np.ravel(data), ECHO)
    assert dic["parameters"]["x_sweep"] == 1e6 / DWELL


def test_rs2d_s_raw_data_have_the_dimensions_of_the_acquisition(tmp_path):
    """Shown are twice as many points; RECEIVER_COUNT and a dimension may be missing."""
    raw = {"ACQUISITION_MATRIX_DIMENSION_1D": N, "ACQUISITION_MATRIX_DIMENSION_2D": 3}
    path = write.rs2d(
        tmp_path / "1",
        [ECHO] * 3,
        DWELL,
        MATRIX_DIMENSION_1D=2 * N,
        RECEIVER_COUNT=None,
        MATRIX_DIMENSION_4D=None,
        **raw,
    )
    assert [len(one) for one in read_measurements(path)] == [N] * 3


def test_nmrglue_s_blocks_of_jeol_are_ours(tmp_path):
    nmrglue = pytest.importorskip("nmrglue")
    rows = ECHO * np.arange(1, 41)[:, None]
    path = write.jeol(tmp_path / "a.jdf", rows, DWELL)
    _, data = nmrglue.jeol.read(str(path))
    assert np.array_equal(np.array([one.signal for one in read_measurements(path)]), data)


PLACES = [folder / "shared" / "cases" for folder in Path(__file__).resolve().parents]
CASES = next((place for place in PLACES if place.is_dir()), PLACES[0])
READ = {
    "VREF_b01_plain": 1,
    "V01_b03b_pad_ser": 3,
    "V02_b06_unfinished": 4,
    "V03_b05_latin1": 1,
    "V06_s02_501_noaxis_div3": 1,
    "V07_s08_axis_starts_later": 1,
    "V08_s04_proc_blank": 1,
    "V09_b04_qseq_real": 1,
    "V10b_jx01_xydata_xy.dx": 1,
}


@pytest.fixture(scope="module")
def base():
    """(time, noisy curve) behind the cases."""
    if not CASES.is_dir():
        pytest.skip("The cases of measured files are not beside this checkout.")
    with np.load(CASES / "base_curve.npz") as file:
        return file["t"], file["s"]


@pytest.mark.parametrize("name", READ)
def test_cases_give_the_curve_behind_them(base, name):
    time, curve = base
    measurements = read_measurements(CASES / name)
    assert len(measurements) == READ[name]
    for one in measurements:
        # The clock of V07 counts the delay before the record, which begins on a later point
        inside = (one.time >= time[0]) & (one.time <= time[-1])
        expected = np.interp(one.time[inside], time, curve.real) + 1j * np.interp(
            one.time[inside], time, curve.imag
        )
        got = one.signal[inside]
        if one.real_only:
            turn = max((1, 1j, -1, -1j), key=lambda z: (got.real * (z * expected).real).sum())
            got, expected = got.real, (turn * expected).real
        match = abs(np.vdot(got, expected)) / np.linalg.norm(got) / np.linalg.norm(expected)
        assert match > 0.97


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("V10a_j18_npoints_short.dx", ("312", "300")), ("V14_varian_cut_short", ("2,556", "1,260"))],
)
def test_cases_that_contradict_themselves_are_refused(base, refused, name, numbers):
    sentence = refused(read_measurements, CASES / name)
    for number in numbers:
        assert number in sentence


def test_zeros_at_the_end_and_no_noise_at_all_have_a_finite_ratio():
    from nmr_core.measured import Measurement
    from nmr_core.measured.inspecting import noise

    rng = np.random.default_rng(0)
    time = np.arange(500) * DWELL
    noisy = np.exp(-(((time - 100) / 20) ** 2)) + 0.01 * rng.normal(size=(500, 2)) @ [1, 1j]
    expected = noise(Measurement(time, noisy), DWELL)
    assert expected == pytest.approx(0.01, rel=0.4)
    padded = Measurement(np.arange(900) * DWELL, np.r_[noisy, np.zeros(400)])
    assert noise(padded, DWELL) == pytest.approx(expected)
    assert noise(Measurement(time, np.r_[np.ones(100), np.full(400, 0.5)]), DWELL) > 0
