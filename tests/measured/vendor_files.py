"""Files of every spectrometer, written from the public descriptions of their formats.

Each function writes complex signals (n_records, n_times) or (n_times,), ``dwell`` µs apart, and
takes the numbers that the format states twice as options, so that a test can make them disagree.
"""

import struct

import numpy as np

CARRIER = 213.16
SCANS = 16


def _rows(signal):
    return np.atleast_2d(np.asarray(signal, complex))


def interleaved(signal, dtype):
    """(Re, Im) in turn."""
    return np.stack([signal.real, signal.imag], -1).reshape(len(signal), -1).astype(dtype)


def bruker(folder, signal, dwell, *, rows=None, lists=(), program="", end=b"", **labels):
    """A folder of TopSpin: fid for one record, ser for several, in blocks of 1024 bytes."""
    signal = _rows(signal)
    folder.mkdir(parents=True, exist_ok=True)
    order = ">" if labels.get("BYTORDA") == 1 else "<"
    dtype = order + ("f8" if labels.get("DTYPA") == 2 else "i4")
    is_complex = labels.get("AQ_mod", 3) in (1, 3)
    values = interleaved(signal, dtype) if is_complex else signal.real.astype(dtype)
    block = 1024 // values.itemsize
    padded = np.zeros((len(values), -(-values.shape[1] // block) * block), values.dtype)
    padded[:, : values.shape[1]] = values
    is_series = len(signal) > 1 or rows is not None
    data = padded if is_series else values
    (folder / ("ser" if is_series else "fid")).write_bytes(data.tobytes() + end)
    stated = {
        "TD": values.shape[1],
        "SW_h": 1e6 / dwell,
        "AQ_mod": 3,
        "DTYPA": 0,
        "BYTORDA": 0,
        "DECIM": 1,
        "DSPFVS": 0,
        "DIGMOD": 1,
        "NS": SCANS,
        "SFO1": CARRIER,
        "NUC1": "<1H>",
        "PULPROG": "<hahnecho>",
    } | labels
    acqus = "".join(f"##${key}= {value}\n" for key, value in stated.items() if value is not None)
    (folder / "acqus").write_text("##TITLE= T\n##JCAMPDX= 5.0\n" + acqus + "##END=\n", "cp1252")
    if is_series:
        (folder / "acqu2s").write_text(f"##TITLE= T\n##$TD= {rows or len(signal)}\n##END=\n")
    if program:
        (folder / "pulseprogram").write_text(program)
    for name, text in lists:
        (folder / name).write_text(text)
    return folder


def jcamp(path, signal, dwell, *, packed=False, counters=False, **stated):
    """One NTUPLES section of an FID; ``packed``: differences (DIFDUP) in place of plain numbers."""
    signal = np.asarray(signal, complex)
    re, im = np.round(signal.real).astype(int), np.round(signal.imag).astype(int)
    n = len(signal)
    step = 1e-6 * dwell
    given = {
        "VAR_DIM": n,
        "FIRST": 0.0,
        "LAST": (n - 1) * step,
        "FACTOR": 1.0 if counters else step,
        "labels": {},
        "DATATYPE": "NMR FID",
        "UNITS": "SECONDS",
        "stretch": 1.0,
    } | stated
    table = _packed if packed else _plain
    head = {
        "TITLE": "T",
        "JCAMP-DX": 5.01,
        "DATA TYPE": given["DATATYPE"],
        "DATA CLASS": "NTUPLES",
        ".OBSERVE FREQUENCY": CARRIER,
        ".OBSERVE NUCLEUS": "^1H",
        **{f"${key}": value for key, value in given["labels"].items()},
        "NTUPLES": given["DATATYPE"],
        "VAR_NAME": "TIME, FID/REAL, FID/IMAG, PAGE NUMBER",
        "SYMBOL": "X, R, I, N",
        "VAR_DIM": f"{given['VAR_DIM']}, {given['VAR_DIM']}, {given['VAR_DIM']}, 2",
        "UNITS": f"{given['UNITS']}, ARBITRARY UNITS, ARBITRARY UNITS,",
        "FIRST": f"{given['FIRST']!r}, {given.get('first', f'{re[0]}, {im[0]}')}, 1",
        "LAST": f"{given['LAST']!r}, {given.get('last', f'{re[-1]}, {im[-1]}')}, 2",
        "MIN": f"0, {given.get('smallest', f'{re.min()}, {im.min()}')}, 1",
        "MAX": f"{given['LAST']!r}, {given.get('largest', f'{re.max()}, {im.max()}')}, 2",
        "FACTOR": f"{given['FACTOR']!r}, 1, 1, 1",
    }
    text = "".join(f"##{key}= {value}\n" for key, value in head.items())
    for page, (symbol, values) in enumerate((("R", re), ("I", im)), 1):
        body = table(values, given["stretch"])
        text += f"##PAGE= N={page}\n##DATA TABLE= (X++({symbol}..{symbol})), XYDATA\n{body}\n"
    path.write_text(text + "##END NTUPLES= T\n##END=\n")
    return path


def _plain(values, stretch):
    lines = []
    for start in range(0, len(values), 6):
        ordinates = " ".join(f"{value:+d}" for value in values[start : start + 6])
        lines.append(f"{start * stretch:g} {ordinates}")
    return "\n".join(lines)


def _packed(values, stretch):
    lines, start = [], 0
    while start < len(values):
        line = f"{start * stretch:g}" + _letter(values[start], "@ABCDEFGHI", " abcdefghi")
        stop = min(start + 8, len(values))
        k = start + 1
        while k < stop:
            step = values[k] - values[k - 1]
            run = k
            while run + 1 < stop and values[run + 1] - values[run] == step:
                run += 1
            line += _letter(step, "%JKLMNOPQR", " jklmnopqr")
            if run > k:
                line += _letter(run - k + 1, " STUVWXYZs", "")
            k = run + 1
        lines.append(line)
        # The last value of a line begins the next one, as a check
        start = stop - 1 if stop < len(values) else stop
    return "\n".join(lines)


def _letter(value, positive, negative):
    text = str(abs(int(value)))
    letters = negative if value < 0 else positive
    return letters[int(text[0])] + text[1:]


def varian(folder, signal, dwell, *, arrays=None, cut=None, extra=(), dtype=">f4", **stated):
    """A folder of VnmrJ: fid with one trace per block, and procpar."""
    signal = _rows(signal)
    folder.mkdir(parents=True, exist_ok=True)
    values = interleaved(signal, dtype)
    n_records, n_values = values.shape
    size = values.itemsize
    head = {
        "nblocks": n_records,
        "ntraces": 1,
        "np": n_values,
        "ebytes": size,
        "tbytes": size * n_values,
        "bbytes": size * n_values + 28,
        "status": 0x11 | {">f4": 0x8, ">i4": 0x4, ">i2": 0}[dtype],
    } | {key[2:]: value for key, value in stated.items() if key.startswith("h_")}
    fields = [head[key] for key in ("nblocks", "ntraces", "np", "ebytes", "tbytes", "bbytes")]
    content = struct.pack(">6i2hi", *fields, 0, head["status"], 1)
    for k, row in enumerate(values, 1):
        content += struct.pack(">4hi4f", 0, head["status"], k, 0, SCANS, 0, 0, 0, 0) + row.tobytes()
    (folder / "fid").write_bytes(content[:cut])
    parameters = {
        "sw": (1, "1", 1e6 / dwell),
        "np": (1, "1", n_values),
        "at": (1, "1", n_values / 2 * dwell * 1e-6),
        "sfrq": (1, "1", CARRIER),
        "nt": (1, "1", SCANS),
        "arraydim": (1, "1", n_records),
        "seqfil": (2, "2", "hahn"),
        "tn": (2, "2", "H1"),
        "array": (2, "2", ",".join(arrays or ())),
    } | {name: (1, kind, value) for name, kind, value in extra}
    for name, value in stated.items():
        if not name.startswith("h_"):
            parameters[name] = (2 if isinstance(value, str) else 1, "1", value)
    text = "".join(_parameter(name, *entry) for name, entry in parameters.items())
    (folder / "procpar").write_bytes(text.encode("cp1252"))
    return folder


def _parameter(name, basic, subtype, value):
    head = f"{name} {subtype} {basic} 1e+9 0 0 2 1 0 1 64\n"
    values = value if isinstance(value, list | tuple) else [value]
    if basic == 2:
        return head + f'{len(values)} "' + '"\n"'.join(values) + '"\n0 \n'
    return head + f"{len(values)} " + " ".join(f"{one!r}" for one in values) + " \n0 \n"


def prospa(path, signal, dwell, *, number=504, first=0.0, unit=1e-3, width=None, stretch=1.0):
    """Prospa's data.1d: type, sizes, the axis if the type has one, and the numbers."""
    signal = _rows(signal)
    n_records, n = signal.shape
    axis = unit * (first + np.arange(n) * dwell * stretch)
    parts = [axis] if number in (503, 504) else []
    is_complex = number in (501, 504)
    parts.append(interleaved(signal, "<f8").ravel() if is_complex else signal.real.ravel())
    numbers = np.concatenate(parts).astype("<f8" if number == 502 else "<f4")
    head = b"SORPATAD1.1V" + struct.pack("<5i", number, width or n, n_records, 1, 1)
    path.write_bytes(head + numbers.tobytes())
    return path


def spinsolve(folder, signal, dwell, *, number=504, first=0.0, unit=1e-3, width=None, **stated):
    """A folder of Spinsolve: data.1d and acqu.par."""
    folder.mkdir(parents=True, exist_ok=True)
    stretch = stated.pop("stretch", 1.0)
    prospa(
        folder / "data.1d",
        signal,
        dwell,
        number=number,
        first=first,
        unit=unit,
        width=width,
        stretch=stretch,
    )
    parameters = {
        "b1Freq": CARRIER,
        "bandwidth": 1e3 / dwell,
        "dwellTime": dwell,
        "nrPnts": np.shape(signal)[-1],
        "nrScans": SCANS,
        "rxChannel": '"1H"',
        "Protocol": '"Hahn"',
    } | stated
    lines = [f"{key} = {value}" for key, value in parameters.items() if value is not None]
    (folder / "acqu.par").write_bytes("\n".join(lines).encode("cp1252") + b"\n")
    return folder


def tecmag(path, signal, dwell, *, flag=0, cut=None, **stated):
    """A .tnt file: the sections TMAG, DATA and TMG2."""
    signal = _rows(signal)
    n_records, n = signal.shape
    given = {
        "n": n,
        "dwell_s": dwell * 1e-6,
        "sw": 0.5e6 / dwell,
        "acq_time": n * dwell * 1e-6,
        "length": 8 * signal.size,
        "digital": 0,
        "last_delay": 0.0,
        "sequence": b"hahn_echo",
    } | stated
    tmag = bytearray(1024)
    struct.pack_into("<4i4ii", tmag, 0, n, n_records, 1, 1, given["n"], n_records, 1, 1, n)
    struct.pack_into("<i", tmag, 56, SCANS)
    struct.pack_into("<dd", tmag, 76, 4.7, CARRIER)
    struct.pack_into("<d", tmag, 240, given["sw"])
    struct.pack_into("<d", tmag, 272, given["dwell_s"])
    struct.pack_into("<dd", tmag, 320, given["acq_time"], given["last_delay"])
    struct.pack_into("<Ii", tmag, 344, bool(given["digital"]), given["digital"])
    tmag[896:898] = b"1H"
    tmag[960 : 960 + len(given["sequence"])] = given["sequence"]
    tmg2 = bytearray(2048)
    struct.pack_into("<h", tmg2, 828, flag)
    data = signal.astype("<c8").tobytes()
    content = b"TNT1.005"
    for tag, body in ((b"TMAG", bytes(tmag)), (b"DATA", data), (b"TMG2", bytes(tmg2))):
        length = given["length"] if tag == b"DATA" else len(body)
        content += tag + struct.pack("<II", 1, length) + body
    path.write_bytes(content[:cut])
    return path


def rs2d(folder, signal, dwell, *, real=False, head="", cut=None, **stated):
    """A folder of SPINit: data.dat of big-endian float32, and header.xml."""
    signal = _rows(signal)
    folder.mkdir(parents=True, exist_ok=True)
    n_records, n = signal.shape
    numbers = signal.real.astype(">f4") if real else interleaved(signal, ">f4")
    (folder / "data.dat").write_bytes(numbers.tobytes()[:cut])
    parameters = {
        "RECEIVER_COUNT": 1,
        "MATRIX_DIMENSION_1D": n,
        "MATRIX_DIMENSION_2D": n_records,
        "MATRIX_DIMENSION_3D": 1,
        "MATRIX_DIMENSION_4D": 1,
        "SPECTRAL_WIDTH": 1e6 / dwell,
        "DWELL_TIME": 1e-6 * dwell,
        "ACQUISITION_TIME_PER_SCAN": 1e-6 * dwell * n,
        "OBSERVED_FREQUENCY": 1e6 * CARRIER,
        "OBSERVED_NUCLEUS": "1H",
        "NUMBER_OF_AVERAGES": SCANS,
        "SEQUENCE_NAME": "Hahn Echo",
        "STATE": [0, 0, 0, 0],
        "DATA_REPRESENTATION": ["REAL" if real else "COMPLEX", "REAL", "REAL", "REAL"],
    } | stated
    entries = "".join(
        f"<entry><key>{key}</key><value><name>{key}</name>"
        + "".join(
            f"<value>{one}</value>" for one in (value if isinstance(value, list) else [value])
        )
        + "</value></entry>"
        for key, value in parameters.items()
        if value is not None
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<header><params>{entries}</params></header>'
    )
    (folder / "header.xml").write_text(text)
    return folder


def simpson(path, signal, dwell, **stated):
    """SIMPSON's text form."""
    signal = _rows(signal)
    n_records, n = signal.shape
    values = {"NP": n, "SW": 1e6 / dwell} | ({"NI": n_records} if n_records > 1 else {}) | stated
    head = "".join(f"{key}={value}\n" for key, value in values.items())
    lines = "\n".join(f"{one.real:.9g} {one.imag:.9g}" for one in signal.ravel())
    path.write_text(f"SIMP\n{head}TYPE=FID\nDATA\n{lines}\nEND\n")
    return path


def jeol(path, signal, dwell, *, parameters=(), cut=None, little=True, **stated):
    """A .jdf file: one record in one dimension, several in blocks of 32 x 32 points."""
    signal = _rows(signal)
    n_records, n = signal.shape
    is_array = n_records > 1
    edge = 32 if is_array else 8
    n_x, n_y = -(-n // edge) * edge, -(-n_records // edge) * edge if is_array else 1
    given = {
        "points": n,
        "stop": n - 1,
        "axis_stop": (n - 1) * dwell * 1e-6,
        "axis_start": 0.0,
        "unit": 28,
        "length": 16 * n_x * n_y,
        "sweep": 1e6 / dwell,
        "acq_time": n * dwell * 1e-6,
    } | stated
    order = "<" if little else ">"
    grid = np.zeros((2, n_y, n_x))
    grid[0, :n_records, :n], grid[1, :n_records, :n] = signal.real, -signal.imag
    if is_array:
        blocks = grid.reshape(2, n_y // edge, edge, n_x // edge, edge)
        grid = blocks.transpose(0, 1, 3, 2, 4)
    head = bytearray(1360)
    head[0:8], head[8] = b"JEOL.NMR", int(little)
    head[12], head[13] = (2, 0xC0) if is_array else (1, 0x80)
    head[14] = 2 if is_array else 1
    head[24:26] = bytes([3, 1]) if is_array else bytes([3, 0])
    head[33], head[35] = given["unit"], 28 if is_array else 0
    struct.pack_into(">8I", head, 176, n_x, n_y, *[1] * 6)
    struct.pack_into(">8I", head, 208, *[0] * 8)
    struct.pack_into(">8I", head, 240, given["stop"], n_records - 1, *[0] * 6)
    struct.pack_into(">d", head, 272, given["axis_start"])
    struct.pack_into(">d", head, 336, given["axis_stop"])
    entries = [
        ("x_sweep", given["sweep"], 13, 0),
        ("x_points", int(given["points"]), 0, 0),
        ("x_acq_time", given["acq_time"], 28, 0),
        ("x_freq", 1e6 * CARRIER, 13, 0),
        ("x_domain", "Proton", 0, 0),
        ("total_scans", SCANS, 0, 0),
        ("experiment", "hahn_echo.jxp", 0, 0),
        *parameters,
    ]
    section = struct.pack(f"{order}4I", 64, 0, len(entries) - 1, 64 * len(entries) + 16)
    for entry in entries:
        section += _jeol_parameter(*entry, order)
    start = 1360 + len(section)
    struct.pack_into(">2I", head, 1212, 1360, len(section))
    struct.pack_into(">IQ", head, 1284, start, given["length"])
    path.write_bytes((bytes(head) + section + grid.astype(f"{order}f8").tobytes())[:cut])
    return path


def _jeol_parameter(name, value, unit, prefix, order):
    entry = bytearray(64)
    entry[6], entry[7] = prefix << 4 | 1, unit
    if isinstance(value, str):
        kind = 0
        entry[16:32] = value.encode("latin-1")[:16].ljust(16)
    elif isinstance(value, int):
        kind = 1
        struct.pack_into(f"{order}i", entry, 16, value)
    else:
        kind = 2
        struct.pack_into(f"{order}d", entry, 16, value)
    struct.pack_into(f"{order}i", entry, 32, kind)
    entry[36:64] = name.encode()[:28].ljust(28)
    return bytes(entry)
