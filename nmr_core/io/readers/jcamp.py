"""JCAMP-DX, data type NMR FID (spectra are refused).

The abscissa is stated up to four times: FIRST and LAST with the number of points, DELTAX, the
labels of the rows, and Bruker's $SW_h. They must agree.

References
----------
Lampen et al., JCAMP-DX for NMR, Appl. Spectrosc. 47, 1093 (1993).
"""

from dataclasses import dataclass, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.encodings import decoded
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers import asdf
from nmr_core.io.readers._reader import Reader
from nmr_core.io.readers.damage import damaged, number_in, parsing, whole_text
from nmr_core.io.readers.digital_filter import Delay, bruker_delay, jeol_delay
from nmr_core.io.readers.jcamp_facts import facts
from nmr_core.io.readers.labels import Labels, entries
from nmr_core.io.readers.records import Records, Told, measurements
from nmr_core.io.readers.redundancies import FIRST, POINTS, STEP, Redundancy, check
from nmr_core.io.units import TIME_UNITS, missing_unit, time_unit_in

LABEL = "JCAMP-DX"
TABLES = ("DATATABLE", "XYDATA", "XYPOINTS")


@dataclass(frozen=True, eq=False)
class Section:
    """One block of a file with its tables.

    Attributes
    ----------
    labels : Labels
        Of the block; those of the blocks around it where it has none.
    tables : list of (form, body)
        As written: "(X++(R..R)), XYDATA" and the lines below.
    """

    labels: Labels
    tables: list[tuple[str, str]]

    @property
    def is_ntuples(self) -> bool:
        """Whether variables are given side by side."""
        return "SYMBOL" in self.labels.values

    @property
    def data_type(self) -> str:
        """Text of DATA TYPE, or of DATA CLASS where it is missing."""
        return self.labels.text("DATATYPE") or self.labels.text("NTUPLES")

    def column(self, label: str, symbol: str) -> str:
        """Entry of one variable; "" without it."""
        symbols = [part.strip() for part in self.labels.text("SYMBOL").split(",")]
        return self.labels.column(label, symbols.index(symbol)) if symbol in symbols else ""


@dataclass(frozen=True, eq=False)
class Abscissa:
    """What a section states on its abscissa, in the unit of the file.

    Attributes
    ----------
    unit : str
        As written.
    factor : float
        Of the labels of the rows.
    n_stated : float, optional
        Points by VAR_DIM or NPOINTS.
    first, last, delta : float, optional
        FIRST, LAST and DELTAX.
    width : float, optional
        Bruker's $SW_h, Hz.
    is_simultaneous : bool
        Whether Bruker's $AQ_mod is qsim or DQD, or missing.
    n_values : int
        Points of the table.
    n_other : int, optional
        Points of a page that has more or fewer than the first.
    table : asdf.Table, optional
        Rows with one label each.
    rows : float (n,), optional
        Abscissa of every point, in a table of pairs.
    """

    unit: str
    factor: float
    n_stated: float | None
    first: float | None
    last: float | None
    delta: float | None
    width: float | None
    is_simultaneous: bool
    n_values: int
    n_other: int | None = None
    table: asdf.Table | None = None
    rows: np.ndarray | None = None

    @property
    def is_even(self) -> bool:
        """Whether all points have the same distance."""
        steps = np.diff(self.rows) if self.rows is not None else np.zeros(0)
        return not len(steps) or bool(np.ptp(steps) <= 0.01 * abs(steps[0]))

    @property
    def step(self) -> float | None:
        """Distance of two points by FIRST and LAST."""
        if self.first is None or self.last is None or self.n_values < 2 or self.first == self.last:
            return None
        return (self.last - self.first) / (self.n_values - 1)

    @property
    def width_step(self) -> float | None:
        """Distance of two points by $SW_h."""
        unit = time_unit_in(self.unit)
        if not self.width or unit is None:
            return None
        return 1e6 / self.width / TIME_UNITS[unit] / (1 if self.is_simultaneous else 2)

    @property
    def label_step(self) -> float | None:
        """Distance of two points by the labels of the rows; None where they count points."""
        table = self.table
        if table is None or len(table.labels) < 2 or self.step is None:
            return None
        n = table.places[-1] - table.places[0]
        each = (table.labels[-1] - table.labels[0]) / n if n > 0 else 0.0
        # Labels without a factor may count the points, up or down
        counts = abs(abs(each) - 1) < 1.5 / max(n, 2)
        if counts and self.factor == 1:
            return None
        return abs(each) * self.factor if counts else each * self.factor

    @property
    def label_margin(self) -> float:
        """Error of the labels by their rounding, per point; and one point at the end."""
        table = self.table
        if table is None or len(table.labels) < 2:
            return 0.0
        n = max(int(table.places[-1] - table.places[0]), 1)
        return (10.0**-table.decimals * abs(self.factor) + abs(self.step or 0.0)) / n


def _row_first(a: Abscissa) -> float | None:
    return None if a.rows is None else float(a.rows[0])


def _row_last(a: Abscissa) -> float | None:
    return None if a.rows is None else float(a.rows[-1])


def _some(value: float | None, default: float) -> float:
    return default if value is None else value


SAID_TWICE = (
    Redundancy(
        POINTS,
        {
            "VAR_DIM or NPOINTS": lambda a: a.n_stated,
            "its table": lambda a: a.n_values,
            "another table": lambda a: a.n_other,
        },
    ),
    Redundancy(
        STEP,
        {
            "FIRST and LAST": lambda a: a.step if a.rows is None else None,
            "DELTAX": lambda a: a.delta,
            "the X at the beginning of its rows": lambda a: a.label_step,
            "$SW_h": lambda a: a.width_step,
        },
        rounding=1e-3,
        margin=lambda a: max(a.label_margin, _some(a.step, 0.0) / max(a.n_values, 1)),
    ),
    Redundancy(
        FIRST,
        {"FIRST": lambda a: a.first if a.rows is not None else None, "its first row": _row_first},
        rounding=1e-3,
        margin=lambda a: 1e-3 * abs(_some(a.step, 0.0)),
    ),
    Redundancy(
        "time of the last point",
        {"LAST": lambda a: a.last if a.rows is not None else None, "its last row": _row_last},
        rounding=1e-3,
    ),
)


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a JCAMP-DX file, and the reason."""
    head = decoded(files.head(4096)).lstrip().upper()
    if head.startswith("##") and "##JCAMP" in head.replace(" ", ""):
        return 0.95, "a JCAMP-DX file"
    return 0.0, "no JCAMP-DX file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return one measurement per section with an FID."""
    return read_file(files, files.source.only, options, "jcamp")


def read_file(
    files: MeasurementFiles, file_name: str, options: ReadOptions, kind: str
) -> list[Measurement]:
    """Return one measurement per section of one of the files.

    Parameters
    ----------
    files : MeasurementFiles
        Files of the measurement.
    file_name : str
        One of them.
    options : ReadOptions
        Unit or step where the file gives none; which sections are read.
    kind : str
        Key of the reader.
    """
    with parsing(files, LABEL):
        fids = _fids(sections(whole_text(files, file_name)), files.name)
        if len(fids) == 1:
            return _measurements(fids[0], options, files.name, kind)
        built = []
        for number in options.chosen(len(fids), files.name):
            # The first page of each section
            first = replace(options, numbers=(1,))
            [one] = _measurements(fids[number - 1], first, f"{files.name} {number}", kind)
            built.append(replace(one, number=number))
        return built


def sections(text: str) -> list[Section]:
    """Return the blocks of a file that hold tables.

    Parameters
    ----------
    text : str
        The whole file.
    """
    stack: list[list[tuple[str, str]]] = []
    found: list[Section] = []

    def close() -> None:
        own = stack.pop()
        tables = [_table_of(key, value) for key, value in own if key in TABLES]
        if tables:
            around = [pair for block in reversed(stack) for pair in block]
            plain = [pair for pair in own + around if pair[0] not in TABLES]
            found.append(Section(Labels.first(plain), tables))

    for key, value in entries(text):
        if key == "TITLE" or not stack:
            stack.append([])
        if key == "END":
            close()
        else:
            stack[-1].append((key, value))
    while stack:
        close()
    return found


def _table_of(key: str, value: str) -> tuple[str, str]:
    form, _, body = value.partition("\n")
    return f"{form} {key}".upper().replace(" ", ""), body


def _fids(found: list[Section], name: str) -> list[Section]:
    """The sections in time; an error where there is none."""
    if not found:
        raise damaged(name, LABEL, "it holds no table")
    fids = [section for section in found if not _is_spectrum(section)]
    if not fids:
        kind = found[0].data_type or found[0].labels.text("XUNITS")
        raise InputError(
            f"{name} holds a spectrum ({kind[:40]}). Export the curve in time (NMR FID)."
        )
    return fids


def _is_spectrum(section: Section) -> bool:
    unit = section.column("UNITS", "X") or section.labels.text("XUNITS")
    return "SPECTRUM" in section.data_type.upper() or unit.upper() in ("HZ", "PPM", "1/CM")


def _measurements(
    section: Section, options: ReadOptions, name: str, kind: str
) -> list[Measurement]:
    """One measurement per page of a section."""
    form = section.tables[0][0]
    signals, abscissa = _ntuples(section, name) if section.is_ntuples else _xy(section, name)
    check(abscissa, SAID_TWICE, name)
    to_us, notes = _factor_to_us(abscissa, options, name)
    first, step = _times(abscissa, options, name)
    delay = _delay(section.labels)
    if abscissa.rows is not None:
        delay = Delay(unknown="its times are not equidistant") if delay.points else delay
    n_points = signals.shape[1]
    if delay.skipped >= n_points:
        raise InputError(
            f"{name} has {n_points:,} points, and a digital filter that delays them by "
            f"{delay.points:g}. Get the file again."
        )
    dwell = step * to_us
    records = Records(
        signals,
        lambda row: row,
        n_points,
        dwell,
        first * to_us - delay.points * dwell,
        None if abscissa.rows is None else abscissa.rows * to_us,
        delay.skipped,
    )
    about = facts(section.labels)
    if abscissa.is_even:
        about["dwell_us"] = dwell
    notes += delay.notes(dwell, name)
    if form.startswith("(XY"):
        notes.append(f"{name}: the times are the X of its rows.")
    return measurements(records, Told(name, kind, about, notes), options)


def _delay(labels: Labels) -> Delay:
    """Delay of a filter by the labels of Bruker, or of JEOL."""
    delay = bruker_delay(labels)
    if delay.points or delay.unknown:
        return delay
    is_on = labels.text("$DIGITAL_FILTER").upper() in ("TRUE", "1")
    return jeol_delay(is_on, labels.text("$ORDERS"), labels.text("$FACTORS"))


def _ntuples(section: Section, name: str) -> tuple[np.ndarray, Abscissa]:
    """Complex signals (n_pages, n_times) of the pages R and I, and their abscissa."""
    pages: dict[str, list[asdf.Table]] = {"R": [], "I": []}
    for form, body in section.tables:
        for symbol, own in pages.items():
            if f"({symbol}..{symbol})" in form:
                own.append(asdf.table(body, name))
    real, imaginary = pages["R"], pages["I"]
    if not real and not imaginary:
        raise damaged(name, LABEL, "it holds no table of the variables R and I")
    symbols = [part.strip() for part in section.labels.text("SYMBOL").split(",")]
    expects_both = {"R", "I"} <= set(symbols)
    if (expects_both or (real and imaginary)) and len(real) != len(imaginary):
        raise damaged(
            name, LABEL, f"it holds {len(real)} real and {len(imaginary)} imaginary pages"
        )
    table = (real or imaginary)[0]
    sizes = [len(page.values) for page in real + imaginary]
    abscissa = Abscissa(
        section.column("UNITS", "X"),
        _some(number_in(section.column("FACTOR", "X")), 1.0),
        number_in(section.column("VAR_DIM", "X")),
        number_in(section.column("FIRST", "X")),
        number_in(section.column("LAST", "X")),
        None,
        section.labels.number("$SW_h"),
        _is_simultaneous(section.labels),
        sizes[0],
        next((size for size in sizes if size != sizes[0]), None),
        table,
    )
    if abscissa.n_other is not None:
        check(abscissa, SAID_TWICE[:1], name)
    signals = np.zeros((max(len(real), len(imaginary)), sizes[0]), complex)
    for symbol, turn in (("R", 1), ("I", 1j)):
        factor = _some(number_in(section.column("FACTOR", symbol)), 1.0)
        for row, page in zip(signals, pages[symbol], strict=False):
            row += turn * factor * page.values
    return signals, abscissa


def _is_simultaneous(labels: Labels) -> bool:
    return labels.integer("$AQ_mod", 3) in (1, 3)


def _xy(section: Section, name: str) -> tuple[np.ndarray, Abscissa]:
    """Real signal (1, n_times) of a plain table, and what is stated on its abscissa."""
    labels = section.labels
    form, body = section.tables[0]
    factor = _some(labels.number("XFACTOR"), 1.0)
    stated = (
        labels.text("XUNITS"),
        factor,
        labels.number("NPOINTS"),
        labels.number("FIRSTX"),
        labels.number("LASTX"),
        labels.number("DELTAX"),
        labels.number("$SW_h"),
        _is_simultaneous(labels),
    )
    scale = _some(labels.number("YFACTOR"), 1.0)
    if form.startswith("(XY"):
        points = asdf.pairs(body, name)
        rows = factor * points[:, 0]
        return scale * points[np.newaxis, :, 1], Abscissa(*stated, len(points), rows=rows)
    table = asdf.table(body, name)
    return scale * table.values[np.newaxis], Abscissa(*stated, len(table.values), table=table)


def _factor_to_us(abscissa: Abscissa, options: ReadOptions, name: str) -> tuple[float, list[str]]:
    """Factor from the unit of the file to µs, and a note where another was chosen."""
    own = time_unit_in(abscissa.unit)
    unit = options.time_unit or own
    if unit is None:
        if abscissa.first is None or abscissa.last is None:
            raise InputError(
                f"{name} gives neither the unit nor the range of its times. Give the time between "
                "two points (step) and its unit."
            )
        raise missing_unit(name, abscissa.first, abscissa.last, abscissa.n_values)
    notes = []
    if own and options.time_unit and own != options.time_unit:
        notes.append(f"{name} gives its times in {own}; {options.time_unit} is used, as chosen.")
    return TIME_UNITS[unit], notes


def _times(abscissa: Abscissa, options: ReadOptions, name: str) -> tuple[float, float]:
    """First time and step, in the unit of the file."""
    if options.step is not None:
        return 0.0, options.step
    if abscissa.rows is not None:
        return float(abscissa.rows[0]), float(np.median(np.diff(abscissa.rows)))
    step = next(
        (one for one in (abscissa.step, abscissa.delta, abscissa.width_step) if one is not None),
        None,
    )
    if step is None:
        raise InputError(
            f"{name} gives no first and last time. Give the time between two points (step) and its "
            "unit."
        )
    return _some(abscissa.first, 0.0), step


READER = Reader("jcamp", "JCAMP-DX (.dx, .jdx)", "one .dx or .jdx file", sniff, read, asks=True)
