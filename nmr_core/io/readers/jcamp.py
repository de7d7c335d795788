"""JCAMP-DX, data type NMR FID (spectra are refused).

The abscissa is stated up to four times: FIRST and LAST with the number of points, DELTAX, the
labels of the rows, and Bruker's $SW_h. They must agree.

References
----------
Lampen et al., JCAMP-DX for NMR, Appl. Spectrosc. 47, 1093 (1993).
"""

from dataclasses import replace

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
from nmr_core.io.readers.jcamp_axis import (
    SAID_TWICE,
    Abscissa,
    best_step,
    counted,
    first_rounding_of,
    rounding_of,
    some,
)
from nmr_core.io.readers.jcamp_facts import facts
from nmr_core.io.readers.jcamp_ordinates import Ordinate, check_ordinates
from nmr_core.io.readers.jcamp_sections import Section, sections
from nmr_core.io.readers.labels import Labels
from nmr_core.io.readers.records import Records, Told, measurements
from nmr_core.io.readers.redundancies import check
from nmr_core.io.units import TIME_UNITS, missing_unit, time_unit_in

LABEL = "JCAMP-DX"


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


def _fids(found: list[Section], name: str) -> list[Section]:
    """The sections in time; an error where there is none."""
    if not found:
        raise damaged(name, LABEL, "it holds no table")
    fids = [section for section in found if not _is_spectrum(section)]
    if not fids:
        unit, kind = _unit(found[0]), found[0].data_type
        reason = kind[:40] if _is_called_spectrum(found[0]) else f"its X is in {unit[:20]}"
        raise InputError(f"{name} holds a spectrum ({reason}). Export the curve in time (NMR FID).")
    return fids


def _is_spectrum(section: Section) -> bool:
    return _is_called_spectrum(section) or _unit(section).upper() in ("HZ", "PPM", "1/CM")


def _is_called_spectrum(section: Section) -> bool:
    return "SPECTRUM" in section.data_type.upper()


def _unit(section: Section) -> str:
    return section.column("UNITS", "X") or section.labels.text("XUNITS")


def _measurements(
    section: Section, options: ReadOptions, name: str, kind: str
) -> list[Measurement]:
    """One measurement per page of a section."""
    form = section.tables[0][0]
    found = _ntuples(section, name) if section.is_ntuples else _xy(section, name)
    signals, abscissa, ordinates = found
    check(abscissa, SAID_TWICE, name)
    to_us, notes = _factor_to_us(abscissa, options, name)
    notes += check_ordinates(ordinates, name) + counted(abscissa, name)
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


def _ntuples(section: Section, name: str) -> tuple[np.ndarray, Abscissa, list[Ordinate]]:
    """Complex signals (n_pages, n_times) of the pages R and I, and what is stated on both axes."""
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
        some(number_in(section.column("FACTOR", "X")), 1.0),
        number_in(section.column("VAR_DIM", "X")),
        number_in(section.column("FIRST", "X")),
        number_in(section.column("LAST", "X")),
        None,
        rounding_of(section.column("LAST", "X")),
        section.labels.number("$SW_h"),
        _is_simultaneous(section.labels),
        sizes[0],
        next((size for size in sizes if size != sizes[0]), None),
        table,
        first_rounding=first_rounding_of(section.column("FIRST", "X")),
    )
    if abscissa.n_other is not None:
        check(abscissa, SAID_TWICE[:1], name)
    signals = np.zeros((max(len(real), len(imaginary)), sizes[0]), complex)
    ordinates = []
    for symbol, turn in (("R", 1), ("I", 1j)):
        factor = some(number_in(section.column("FACTOR", symbol)), 1.0)
        stated = [section.column(label, symbol) for label in ("FIRST", "LAST", "MIN", "MAX")]
        stored = [page.values for page in pages[symbol]]
        ordinates.append(Ordinate(symbol, stored, factor, *stated))
        for row, page in zip(signals, pages[symbol], strict=False):
            row += turn * factor * page.values
    return signals, abscissa, ordinates


def _is_simultaneous(labels: Labels) -> bool:
    return labels.integer("$AQ_mod", 3) in (1, 3)


def _xy(section: Section, name: str) -> tuple[np.ndarray, Abscissa, list[Ordinate]]:
    """Real signal (1, n_times) of a plain table, and what is stated on both axes."""
    labels = section.labels
    form, body = section.tables[0]
    factor = some(labels.number("XFACTOR"), 1.0)
    stated = (
        labels.text("XUNITS"),
        factor,
        labels.number("NPOINTS"),
        labels.number("FIRSTX"),
        labels.number("LASTX"),
        labels.number("DELTAX"),
        rounding_of(labels.text("LASTX")),
        labels.number("$SW_h"),
        _is_simultaneous(labels),
    )
    scale = some(labels.number("YFACTOR"), 1.0)
    ordinate_labels = [labels.text(label) for label in ("FIRSTY", "LASTY", "MINY", "MAXY")]
    rounding = first_rounding_of(labels.text("FIRSTX"))
    if form.startswith("(XY"):
        points = asdf.pairs(body, name)
        rows = factor * points[:, 0]
        values = points[:, 1]
        abscissa = Abscissa(*stated, len(points), rows=rows, first_rounding=rounding)
    else:
        table = asdf.table(body, name)
        values = table.values
        abscissa = Abscissa(*stated, len(values), table=table, first_rounding=rounding)
    ordinates = [Ordinate("Y", [values], scale, *ordinate_labels)]
    return scale * values[np.newaxis], abscissa, ordinates


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
    step = best_step(abscissa)
    if step is None:
        raise InputError(
            f"{name} gives no first and last time. Give the time between two points (step) and its "
            "unit."
        )
    return some(abscissa.first, 0.0), step


READER = Reader("jcamp", "JCAMP-DX (.dx, .jdx)", "one .dx or .jdx file", sniff, read, asks=True)
