"""Valid small files of every format, damage done to them, and what a reading may answer.

``case(k)`` is the same damage for the same k everywhere: tests/io/test_fuzz_readers.py reads a few
hundred of them, benchmarks/fuzz_readers.py 10^5.
"""

import gzip
import io
import re
import struct
import sys
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1] / "measured")]

import vendor_files as vendor  # noqa: E402

from nmr_core.errors import FailedError, InputError  # noqa: E402
from nmr_core.io.formats import read_foreign, sniff, write_foreign  # noqa: E402
from nmr_core.measured import peek, read_measurements  # noqa: E402

SEED = 18
N = 96
DWELL = 0.4
TIME = DWELL * np.arange(N)
_noise = np.random.default_rng(5)
ECHO = 30_000 * np.exp(-(((TIME - 20) / 6) ** 2) + 0.3j * TIME)
ECHO = np.round(ECHO + 400 * (_noise.normal(size=N) + 1j * _noise.normal(size=N)))
MAX_SENTENCE = 900
UNCLEAN = re.compile(
    r"(?<!\w-)\b(?:nan|inf)\b(?! is no finite number)|broadcast|not enough values|too many values|"
    r"NoneType|codec|object is not|has no attribute|to unpack|<class|\bdtype\b|Traceback|"
    r"invalid literal|out of bounds|"
    r"0x[0-9a-f]{4,}|Error\b|[Ee]rrno|\('|positional|unexpected keyword|\bNone\b"
)
"""What no sentence may hold outside of quotations of the file."""
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


@dataclass(frozen=True)
class Kind:
    """A kind of valid file.

    Attributes
    ----------
    make : callable
        (folder) -> path of a file or folder in it.
    reader : str
        Key of ``READERS``, or of ``FORMATS`` for the import.
    is_import : bool
        Whether it is a data set to import.
    stated : callable, optional
        (path) -> (points, dwell in µs), each None where the header does not state it once.
    exact : float
        Fraction of the points that a checksum protects: if it is read, they are as they were.
    protected : callable
        (content before, content after) -> whether the checksum covers what was changed.
    """

    make: Callable[[Path], Path]
    reader: str
    is_import: bool = False
    stated: Callable[[Path], tuple[float | None, float | None]] | None = None
    exact: float = 0.0
    protected: Callable[[bytes, bytes], bool] = field(default=lambda before, after: True)


def _once(pattern: str, content: bytes) -> float | None:
    """The number behind the only match of a pattern."""
    matches = re.findall(pattern.encode(), content)
    if len(matches) != 1:
        return None
    try:
        value = float(matches[0])
    except ValueError:
        return None
    return value if np.isfinite(value) and value > 0 else None


def _labels(
    name: str,
    points: str,
    dwell: str,
    per: float = 1.0,
    step: Callable[[float], float | None] = lambda value: value,
) -> Callable[[Path], tuple[float | None, float | None]]:
    """Points and dwell by patterns of the text file ``name`` of a folder, or of the file."""

    def stated(path: Path) -> tuple[float | None, float | None]:
        file = path / name if path.is_dir() else path
        content = file.read_bytes() if file.exists() else b""
        n, value = _once(points, content), _once(dwell, content)
        return None if n is None else n / per, None if value is None else step(value)

    return stated


def _jeol(path: Path) -> tuple[float | None, float | None]:
    content = path.read_bytes()
    order = "<" if content[8:9] == b"\x01" else ">"
    values = []
    for name, kind, form in ((b"x_points ", 1, "i"), (b"x_sweep ", 2, "d")):
        at = content.find(name)
        values.append(None)
        if at < 36 or content.count(name) > 1 or len(content) < at + 28:
            continue
        if struct.unpack_from(f"{order}i", content, at - 4)[0] == kind:
            values[-1] = struct.unpack_from(f"{order}{form}", content, at - 20)[0]
    n, sweep = values
    # Unit and prefix of the sweep are part of the number: only hertz are compared
    at = content.find(b"x_sweep ")
    is_hertz = at >= 36 and content[at - 30] == 0x01 and content[at - 29] == 13
    good = sweep is not None and is_hertz and np.isfinite(sweep) and sweep > 0
    return n, 1e6 / sweep if good else None


def _tecmag(path: Path) -> tuple[float | None, float | None]:
    content = path.read_bytes()
    if content[8:12] != b"TMAG" or content.count(b"TMAG") > 1 or len(content) < 400:
        return None, None
    (n,) = struct.unpack_from("<i", content, 20 + 16)
    (dwell,) = struct.unpack_from("<d", content, 20 + 272)
    return n, 1e6 * dwell if dwell > 0 else None


def _varian(path: Path) -> tuple[float | None, float | None]:
    file = path / "fid"
    head = file.read_bytes()[:12] if file.exists() else b""
    n = struct.unpack(">3i", head)[2] / 2 if len(head) == 12 else None
    parameters = path / "procpar"
    content = parameters.read_bytes() if parameters.exists() else b""
    sweep = _once(r"(?m)^sw [^\n]*\n1 ([^ \n]*) ", content)
    return n, None if sweep is None else 1e6 / sweep


def _body_only(before: bytes, after: bytes) -> bool:
    """Whether only the numbers of a JCAMP table were changed, not the labels around them."""

    def labels(content: bytes) -> list[bytes]:
        return re.findall(rb"(?m)^##[^\n]*", content)

    end = b"##END NTUPLES= T\n##END=\n"
    # Of two rows that become one, the check ordinate between them is lost
    same_rows = before.count(b"\n") == after.count(b"\n")
    is_whole = after.endswith(end) and b"$$" not in after
    return labels(before) == labels(after) and same_rows and is_whole


def _has_checksums(before: bytes, after: bytes) -> bool:
    """Whether the file still begins as one of HDF5 1.10: those before it have no checksums.

    Those of Fletcher count modulo 65535: words of 0 and of 65535 are the same to them.
    """
    n = min(len(before), len(after)) // 2 * 2
    one, other = (np.frombuffer(content[:n], "<u2") % 65535 for content in (before, after))
    is_seen = len(before) != len(after) or bool((one != other).any())
    return is_seen and after[:8] == before[:8] and after[8:9] >= b"\x02"


def _table(head: str, row: Callable[[float, complex], str], name: str, encoding: str = "utf-8"):
    def make(folder: Path) -> Path:
        rows = (row(t, z) for t, z in zip(TIME, ECHO / 3e4, strict=True))
        (folder / name).write_bytes((head + "\n" + "\n".join(rows) + "\n").encode(encoding))
        return folder / name

    return make


def _gzipped(folder: Path) -> Path:
    rows = (f"{t:.4f},{z.real:.6f},{z.imag:.6f}\n" for t, z in zip(TIME, ECHO / 3e4, strict=True))
    content = ("t (us),Re,Im\n" + "".join(rows)).encode()
    (folder / "a.csv.gz").write_bytes(gzip.compress(content, mtime=0))
    return folder / "a.csv.gz"


def _npz(folder: Path) -> Path:
    np.savez(folder / "a.npz", time_us=TIME, signal=np.stack([ECHO, 2 * ECHO]), tau_us=20.0)
    return folder / "a.npz"


def _npy(folder: Path) -> Path:
    np.save(folder / "a.npy", np.stack([TIME, ECHO.real, ECHO.imag], axis=1))
    return folder / "a.npy"


def _mat(folder: Path) -> Path:
    from scipy.io import savemat

    savemat(folder / "a.mat", {"time_us": TIME, "signal": ECHO, "scan": {"re": ECHO.real}})
    return folder / "a.mat"


def _hdf5(checked: bool) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        import h5py

        form = {"chunks": (N,), "fletcher32": True} if checked else {}
        with h5py.File(folder / "a.h5", "w", libver="latest" if checked else None) as file:
            file.create_dataset("time", data=TIME, **form).attrs["unit"] = "us"
            file.create_dataset("signal", data=ECHO, **form)
            if not checked:
                file["signal"].attrs["tau_us"] = 20.0
        return folder / "a.h5"

    return make


def _parquet(folder: Path) -> Path:
    import pandas as pd

    frame = pd.DataFrame({"t (us)": TIME, "re": ECHO.real, "im": ECHO.imag})
    frame.to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


def _zipped(folder: Path) -> Path:
    inner = vendor.bruker(folder / "inner", ECHO, DWELL)
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(inner.iterdir()):
            archive.write(file, f"7/{file.name}")
            file.unlink()
    inner.rmdir()
    return folder / "a.zip"


def _data_set(form: str, preset_name: str, n: int = 4) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        from nmr_core import generate, preset

        key = (preset_name, n)
        if key not in _made:
            _made[key] = generate(preset(preset_name).fix(n_x=8, n_y=8), n, seed=5)
        endings = {"npz": ".npz", "parquet": ".parquet", "hdf5": ".h5"}
        path = folder / f"set{endings.get(form, '.csv' if form.startswith('csv') else '')}"
        write_foreign(_made[key], path, form)
        return path

    return make


_made: dict = {}


def _bruker(path: Path) -> tuple[float | None, float | None]:
    """One value per point and half the time between two where AQ_mod is 0 (qf) or 2 (qseq)."""
    file = path / "acqus"
    mode = re.search(rb"(?m)^##\$AQ_mod= ([02])$", file.read_bytes()) if file.exists() else None
    per = 1 if mode else 2
    return _labels(
        "acqus",
        r"(?m)^##\$TD= (\S+)$",
        r"(?m)^##\$SW_h= (\S+)$",
        per,
        lambda width: per * 0.5e6 / width,
    )(path)


SPINSOLVE = _labels("acqu.par", r"(?m)^nrPnts = (\S+)$", r"(?m)^dwellTime = (\S+)$")
RS2D = _labels(
    "header.xml",
    r"<name>MATRIX_DIMENSION_1D</name><value>([^<]*)</value>",
    r"<name>DWELL_TIME</name><value>([^<]*)</value>",
    1,
    lambda seconds: 1e6 * seconds,
)
SIMPSON = _labels("", r"(?m)^NP=(\S+)$", r"(?m)^SW=(\S+)$", 1, lambda width: 1e6 / width)
JCAMP = _labels(
    "",
    r"(?m)^##VAR_DIM= (\d+),",
    r"(?m)^##FACTOR= ([^,]+),",
    1,
    # With a factor of 1 the X of the rows may count the points
    lambda seconds: None if seconds == 1 else 1e6 * seconds,
)
KINDS: dict[str, Kind] = {
    "bruker fid": Kind(lambda f: vendor.bruker(f / "1", ECHO, DWELL), "bruker", stated=_bruker),
    "bruker ser": Kind(
        lambda f: vendor.bruker(f / "1", [ECHO, ECHO], DWELL), "bruker", stated=_bruker
    ),
    "bruker zip": Kind(_zipped, "bruker"),
    "jcamp": Kind(lambda f: vendor.jcamp(f / "a.dx", ECHO, DWELL), "jcamp", stated=JCAMP),
    "jcamp packed": Kind(
        lambda f: vendor.jcamp(f / "a.dx", ECHO, DWELL, packed=True),
        "jcamp",
        stated=JCAMP,
        exact=0.85,
        protected=_body_only,
    ),
    "varian": Kind(
        lambda f: vendor.varian(f / "a.fid", [ECHO, ECHO], DWELL), "varian", stated=_varian
    ),
    "spinsolve": Kind(
        lambda f: vendor.spinsolve(f / "1", ECHO, DWELL), "spinsolve", stated=SPINSOLVE
    ),
    "spinsolve 501": Kind(
        lambda f: vendor.spinsolve(f / "1", ECHO, DWELL, number=501),
        "spinsolve",
        stated=SPINSOLVE,
    ),
    "tecmag": Kind(
        lambda f: vendor.tecmag(f / "a.tnt", [ECHO, ECHO], DWELL), "tecmag", stated=_tecmag
    ),
    "rs2d": Kind(lambda f: vendor.rs2d(f / "1", [ECHO, ECHO], DWELL), "rs2d", stated=RS2D),
    "simpson": Kind(lambda f: vendor.simpson(f / "a.fid", ECHO, DWELL), "simpson", stated=SIMPSON),
    "jeol": Kind(lambda f: vendor.jeol(f / "a.jdf", ECHO, DWELL), "jeol", stated=_jeol),
    "jeol array": Kind(
        lambda f: vendor.jeol(f / "a.jdf", [ECHO, ECHO], DWELL), "jeol", stated=_jeol
    ),
    "csv": Kind(
        _table("t (us),Re,Im", lambda t, z: f"{t:.4f},{z.real:.6f},{z.imag:.6f}", "a.csv"), "csv"
    ),
    "csv German": Kind(
        _table(
            "# Messung\nZeit (\xb5s);Kanal A;Kanal B",
            lambda t, z: f"{t:.4f};{z.real:.6f};{z.imag:.6f}".replace(".", ","),
            "a.csv",
            "cp1252",
        ),
        "csv",
    ),
    "csv complex": Kind(
        _table("t_us\tsignal", lambda t, z: f"{t:.6e}\t({z.real:.6f}{z.imag:+.6f}j)", "a.txt"),
        "csv",
    ),
    "csv scope": Kind(
        _table(
            'Model,"TDS, 5"\nSample Interval,4e-7\nTIME,CH1,CH2\n(s),(V),(V)\n',
            lambda t, z: f'{1e-6 * t:.6E},"{z.real:.5f}",{z.imag:.5f}',
            "a.csv",
        ),
        "csv",
    ),
    "csv spaces": Kind(
        _table("", lambda t, z: f" {t:10.4f}  {z.real:10.6f}  {z.imag:10.6f}", "a.dat"), "csv"
    ),
    "csv UTF-16": Kind(
        _table(
            "t (ns),Re,Im",
            lambda t, z: f"{1e3 * t:.1f},{z.real:.6f},{z.imag:.6f}",
            "a.csv",
            "utf-16",
        ),
        "csv",
    ),
    "csv gzip": Kind(_gzipped, "csv"),
    "npz": Kind(_npz, "npz", exact=1.0),
    "npy": Kind(_npy, "npy"),
    "mat": Kind(_mat, "mat"),
    "hdf5": Kind(_hdf5(False), "hdf5"),
    "hdf5 checksums": Kind(_hdf5(True), "hdf5", exact=1.0, protected=_has_checksums),
    "parquet": Kind(_parquet, "parquet"),
    **{
        f"import {form}": Kind(_data_set(form, name), form, True)
        for form, name in (
            ("ml4sci_2020", "ml4sci_2020"),
            ("deeplearn_2024", "deeplearn_2024_rkky"),
            ("gsoc_2021", "gsoc_2021_weak_gaussian"),
            ("cuda_2023", "cuda_2023"),
            ("npz", "lab"),
            ("parquet", "lab"),
            ("csv_wide", "lab"),
            ("csv_long", "lab"),
            ("hdf5", "lab"),
        )
    },
}
NUMBER = re.compile(rb"[-+]?\d+(?:[.,]\d+)?(?:[eEdD][-+]?\d+)?")
NUMBERS = (
    b"0", b"-1", b"1", b"2", b"95", b"97", b"192", b"1e308", b"-1e400", b"nan", b"inf", b"-inf",
    b"4294967296", b"2147483647", b"-2147483648", b"1" + b"0" * 30, b"1e-320", b"0x10", b"1,5",
    b"1.234.567", b"1/3", b"", b"--3", b"1e", b"\xe2\x88\x925", b"9" * 400, b"1_000", b"3.5j",
)  # fmt: skip
INTEGERS = (0, 1, 2, -1, 7, 48, 95, 97, 1024, 65_536, 2**24, 2**30, 2**31 - 1, -(2**31), 10**9)
FLOATS = (0.0, -1.0, np.nan, np.inf, 1e300, -1e-300, 5e-324, 1e-6, 2.0, 0.4, 1e9)


def _place(rng: np.random.Generator, n: int) -> int:
    """A place in n bytes, half of them in the first 500, where headers are."""
    return int(rng.integers(min(n, 500) if rng.random() < 0.5 else n)) if n else 0


def _span(rng: np.random.Generator, n: int) -> tuple[int, int]:
    start = _place(rng, n)
    length = int(2 ** rng.uniform(0, np.log2(max(n // 2, 2))))
    return start, min(n, start + length)


def _flip(rng, c: bytearray, other: bytes) -> bytes:
    for _ in range(rng.integers(1, 5)):
        if c:
            c[_place(rng, len(c))] ^= 1 << int(rng.integers(8))
    return bytes(c)


def _set(rng, c, other):
    for _ in range(rng.integers(1, 9)):
        if c:
            c[_place(rng, len(c))] = int(rng.choice([0, 255, 127, 128, 10, 44, 48, 92]))
    return bytes(c)


def _cut(rng, c, other):
    start, stop = _span(rng, len(c))
    return bytes(c[:start] + c[stop:])


def _truncate(rng, c, other):
    return bytes(c[: _place(rng, len(c))])


def _repeat(rng, c, other):
    start, stop = _span(rng, len(c))
    times = int(rng.choice([1, 1, 2, 30]))
    return bytes(
        c[:stop] + c[start:stop] * min(times, 1 + 100_000 // max(stop - start, 1)) + c[stop:]
    )


def _insert(rng, c, other):
    at = _place(rng, len(c))
    return bytes(c[:at] + rng.bytes(int(rng.integers(1, 40))) + c[at:])


def _swap(rng, c, other):
    a, b = sorted((_span(rng, len(c)), _span(rng, len(c))))
    if a[1] > b[0]:
        return bytes(c)
    return bytes(c[: a[0]] + c[b[0] : b[1]] + c[a[1] : b[0]] + c[a[0] : a[1]] + c[b[1] :])


def _copy(rng, c, other):
    start, stop = _span(rng, len(c))
    at = _place(rng, len(c))
    c[at : at + stop - start] = c[start:stop]
    return bytes(c)


def _splice(rng, c, other):
    at = _place(rng, min(len(c), len(other)))
    return bytes(other[:at] + c[at:])


def _number(rng, c, other):
    """A number of a text is another one."""
    matches = list(NUMBER.finditer(bytes(c)))
    if not matches:
        return _flip(rng, c, other)
    early = matches[: max(len(matches) // 20, 30)] if rng.random() < 0.6 else matches
    match = early[rng.integers(len(early))]
    new = NUMBERS[rng.integers(len(NUMBERS))]
    if rng.random() < 0.3:  # one digit
        new = bytearray(match[0])
        digits = [k for k, byte in enumerate(new) if 48 <= byte < 58]
        new[digits[rng.integers(len(digits))]] = 48 + int(rng.integers(10))
    return bytes(c[: match.start()] + new + c[match.end() :])


def _line(rng, c, other):
    """A line is removed, doubled, moved, cut short, or comes from another file."""
    lines = bytes(c).split(b"\n")
    k = int(rng.integers(min(len(lines), 30) if rng.random() < 0.5 else len(lines)))
    match rng.integers(5):
        case 0:
            del lines[k]
        case 1:
            lines.insert(k, lines[k])
        case 2:
            lines.insert(int(rng.integers(len(lines))), lines.pop(k))
        case 3:
            lines[k] = lines[k][: int(rng.integers(len(lines[k]) + 1))]
        case _:
            theirs = other.split(b"\n")
            lines[k] = theirs[rng.integers(len(theirs))]
    return b"\n".join(lines)


def _integer(rng, c, other):
    """Four bytes are a count that is too large, too small or just beside."""
    at = _place(rng, max(len(c) - 4, 1)) & ~int(rng.choice([0, 1, 3]))
    order = "<>"[rng.integers(2)]
    form = str(rng.choice(["i", "i", "q", "h"]))
    value = int(INTEGERS[rng.integers(len(INTEGERS))])
    if form == "h":
        value %= 2**15
    packed = struct.pack(order + form, value)
    c[at : at + len(packed)] = packed
    return bytes(c)


def _float(rng, c, other):
    at = _place(rng, max(len(c) - 8, 1)) & ~int(rng.choice([0, 3, 7]))
    form = "<>"[rng.integers(2)] + "df"[rng.integers(2)]
    with np.errstate(over="ignore"):
        value = FLOATS[rng.integers(len(FLOATS))]
        packed = np.asarray(value, form.replace("d", "f8") if "d" in form else form + "4").tobytes()
    c[at : at + len(packed)] = packed
    return bytes(c)


DAMAGES = {
    function.__name__[1:]: function
    for function in (
        _flip, _set, _cut, _truncate, _repeat, _insert, _swap, _copy, _splice, _number, _number,
        _line, _integer, _float,
    )
}  # fmt: skip
_pieces: dict[str, dict[str, bytes]] = {}


def original(name: str, scratch: Path) -> dict[str, bytes]:
    """The valid files of a kind, relative path -> content; made once."""
    if name not in _pieces:
        folder = scratch / f"original-{len(_pieces)}"
        folder.mkdir(parents=True)
        path = KINDS[name].make(folder)
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        _pieces[name] = {str(file.relative_to(folder)): file.read_bytes() for file in files}
    return _pieces[name]


@dataclass(frozen=True)
class Case:
    """A damaged file.

    Attributes
    ----------
    kind : str
        Key of ``KINDS``.
    files : dict
        Relative path -> content.
    named : bool
        Whether the reader is told the format.
    what : str
        The damage, for a report.
    changed : tuple of (bytes, bytes)
        The damaged content before and after.
    """

    kind: str
    files: dict[str, bytes]
    named: bool
    what: str
    changed: tuple[bytes, bytes]


def case(number: int, scratch: Path) -> Case:
    """Case ``number``; the files of all kinds are damaged in turn."""
    rng = np.random.default_rng([SEED, number])
    names = list(KINDS)
    kind = names[number % len(names)]
    files = dict(original(kind, scratch))
    name = sorted(files)[rng.integers(len(files))]
    other_kind = kind if rng.random() < 0.5 else names[rng.integers(len(names))]
    others = original(other_kind, scratch)
    other = others[sorted(others)[rng.integers(len(others))]]
    before = after = files[name]
    done = []
    for _ in range(1 + int(rng.geometric(0.6))):
        damage = list(DAMAGES)[rng.integers(len(DAMAGES))]
        done.append(damage)
        if zipfile.is_zipfile(io.BytesIO(after)) and rng.random() < 0.5:
            done.append("inside")
            after = _inside(rng, after, damage, other)
        else:
            after = DAMAGES[damage](rng, bytearray(after), other)
        if rng.random() < 0.6:
            break
    files[name] = after
    if rng.random() < 0.02 and len(files) > 1:
        del files[sorted(files)[rng.integers(len(files))]]
        done.append("file missing")
    return Case(
        kind, files, bool(rng.random() < 0.5), f"{name}: {', '.join(done)}", (before, after)
    )


def _inside(rng: np.random.Generator, content: bytes, damage: str, other: bytes) -> bytes:
    """A member of an archive is damaged, and packed with the checksum of the damaged one."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:  # damaged before, so that nothing is inside
        return content
    if not members:
        return content
    chosen = sorted(members)[rng.integers(len(members))]
    members[chosen] = DAMAGES[damage](rng, bytearray(members[chosen]), other)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, body in members.items():
            archive.writestr(member, body)
    return out.getvalue()


def put(one: Case, folder: Path) -> Path:
    """Write the files of a case into an empty folder; returns the path to read."""
    for name, content in one.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    first = folder / next(iter(original(one.kind, folder)))
    return first if first.parent == folder else folder / first.relative_to(folder).parts[0]


def outcome(one: Case, path: Path) -> str:
    """What reading answers: "read", "refused", or a fault in words."""
    kind = KINDS[one.kind]
    named = kind.reader if one.named else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", RuntimeWarning)
            if kind.is_import:
                return _imported(path, named)
            _refusal(lambda: peek(path, kind=named))
            options = {"time_unit": "us"} if kind.reader in ("csv", "npy") else {}
            measurements = read_measurements(path, kind=named, **options)
    except (InputError, FailedError) as error:
        return unclean(str(error)) or "refused"
    except Exception as error:
        return f"traceback: {type(error).__name__}: {str(error)[:200]}"
    for measurement in measurements:
        fault = unclean_measurement(measurement) or _contradicted(one, path, measurement)
        if fault:
            return fault
    return "read"


def _refusal(call: Callable[[], object]) -> None:
    """A preview may refuse, in a clean sentence."""
    try:
        call()
    except InputError as error:
        fault = unclean(str(error))
        if fault:
            raise RuntimeError(f"preview, {fault}") from None


def _imported(path: Path, named: str | None) -> str:
    sniff(path)
    foreign = read_foreign(path, named)
    if not np.isfinite(foreign.signals).all():
        return "signals that are not finite were read"
    notes = [unclean(note) for note in foreign.notes]
    return next(filter(None, notes), "read")


def unclean(sentence: str) -> str:
    """What is wrong with a sentence for a user; "" if nothing."""
    if not sentence.endswith((".", ")", "?")):
        return f"no sentence: {sentence[:300]!r}"
    if not sentence.isprintable():
        return f"control characters: {sentence[:300]!r}"
    if len(sentence) > MAX_SENTENCE:
        return f"{len(sentence)} characters: {sentence[:200]!r}"
    match = UNCLEAN.search(QUOTED.sub("''", sentence))
    return f"{match[0]!r} in: {sentence[:400]!r}" if match else ""


def unclean_measurement(measurement) -> str:
    """What is wrong with a measurement that was read; "" if nothing."""
    time, signal = measurement.time, measurement.signal
    if len(time) != len(signal) or not (np.isfinite(time).all() and np.isfinite(signal).all()):
        return "times or signal are not finite"
    if not (np.diff(time) > 0).all():
        return "times do not increase"
    for note in measurement.notes:
        fault = unclean(note)
        if fault:
            return f"note: {fault}"
    numbers = [value for value in measurement.about.values() if not isinstance(value, str)]
    if not all(np.isfinite(value) for value in numbers):
        return f"facts are not finite: {measurement.about}"
    return ""


def _contradicted(one: Case, path: Path, measurement) -> str:
    """How the header or a checksum of the file contradicts what was read; "" if it does not."""
    kind = KINDS[one.kind]
    if measurement.kind != kind.reader:
        return ""
    n, dwell = kind.stated(path) if kind.stated else (None, None)
    if n is not None and len(measurement) > n:
        return f"{len(measurement)} points, the header states {n:g}"
    if n is not None and len(measurement) < n and not measurement.notes:
        return f"{len(measurement)} points without a note, the header states {n:g}"
    step = float(np.median(np.diff(measurement.time)))
    if dwell is not None and not abs(step - dwell) <= 0.02 * dwell:
        return f"a step of {step:g} µs, the header states {dwell:g}"
    if kind.exact and "inside" not in one.what and kind.protected(*one.changed):
        kept = int(kind.exact * N)
        signal = measurement.signal[:kept]
        factors = (1, 2) if kind.reader == "npz" else (1,)
        if not any(np.array_equal(signal, factor * ECHO[:kept]) for factor in factors):
            return "the values are others than those that the checksum protects"
    return ""
