"""Uploaded files of curves: chooser, format, reading without trust, and the way on for a single
measurement.
"""

from dataclasses import asdict, dataclass

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.io.formats import FORMATS, Foreign
from nmr_core.io.text_options import DECIMALS, SEPARATORS, TextOptions
from nmr_core.parameters import Parameter
from ui.shared import inputs, notice, strangers, table_readings, uploads
from ui.shared.uploads import Upload

TYPES = ["zip", "txt", "npz", "parquet", "csv", "h5", "hdf5", "dat", "tsv"]
MAX_MEGABYTES = 50
RECOGNISED = "recognised"
HEADER_LINE = Parameter(
    "header_line",
    "Header line",
    "",
    0,
    1_000_000,
    0,
    integer=True,
    description="Line with the names of the columns, counted from 1; 0: there is none.",
)


@dataclass(frozen=True)
class CurveFile:
    """Uploaded files and how to read them.

    Attributes
    ----------
    upload : Upload
    format : str
        Key of ``FORMATS``; "": recognised.
    text : TextOptions
    """

    upload: Upload
    format: str
    text: TextOptions

    @property
    def key(self) -> tuple:
        """What identifies the curves in it."""
        return (self.upload.id, self.format, self.text)

    @property
    def python(self) -> str:
        """Return the expression that reads the files."""
        format = f", {self.format!r}" if self.format else ""
        text = "" if self.text == TextOptions() else f", text={self.text!r}"
        return f"nmr.read_foreign({self.upload.name!r}{format}{text})"

    def job_params(self) -> dict:
        """Return the parameters of a job that reads a copy of the files, and removes it."""
        path = uploads.copy_for_job(self.upload)
        return {
            "upload": str(path.relative_to(uploads.uploads_folder())),
            "format": self.format,
            "text": asdict(self.text),
        }


def choose(key: str, help: str) -> CurveFile | None:
    """Let the visitor choose files of curves and their format; None while there are none."""
    labels = {"": "Recognise by content"} | {name: kind.label for name, kind in FORMATS.items()}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        upload, _ = uploads.chooser(key, max_megabytes=MAX_MEGABYTES, help=help, types=TYPES)
    with right:
        name = inputs.choice(
            "Format",
            labels,
            f"{key}-format",
            help=" · ".join(f"{kind.label}: {kind.files}" for kind in FORMATS.values()),
        )
    if upload is None:
        st.caption(
            f"Up to {MAX_MEGABYTES} MB. The command line reads larger files: "
            "`python -m nmr_core import`."
        )
        return None
    return CurveFile(
        upload, name, text_options(key, upload.id) if upload.is_text else TextOptions()
    )


def text_options(key: str, id: str) -> TextOptions:
    """Let the visitor overrule how a text file is written: separator, signs, header line.

    Parameters
    ----------
    key : str
        Of the fields in the address.
    id : str
        Of the upload: another one begins with recognised signs.
    """
    own = table_readings.own(id)
    with st.popover("Separator, decimal sign, header", icon=":material/table_edit:"):
        separator = _sign("Separator", SEPARATORS, f"{key}-separator", own)
        decimal = _sign("Decimal sign", DECIMALS, f"{key}-decimal", own)
        groups = inputs.choice(
            "Digit groups",
            table_readings.group_labels(),
            f"{key}-groups{own}",
            link=f"{key}-groups",
            brief=True,
        )
        line = inputs.number(
            HEADER_LINE,
            f"{key}-header-line{own}",
            link=f"{key}-header-line",
            empty=True,
            placeholder=RECOGNISED,
        )
    group = table_readings.group_of(groups)
    if group and group == decimal:
        st.caption(":red[Decimal sign and digit groups must be different signs.]")
        group = None
    return TextOptions(separator, decimal, None if line is None else int(line), group)


def _sign(label: str, signs: dict[str, str], key: str, own: str) -> str | None:
    """One of the signs, None as long as it is recognised."""
    labels = {RECOGNISED: RECOGNISED} | signs
    chosen = inputs.choice(label, labels, f"{key}{own}", link=key, brief=True)
    return None if chosen == RECOGNISED else chosen


def read(file: CurveFile, key: str) -> Foreign | None:
    """Return the curves, read once; None after an error, which is shown with a way on.

    Parameters
    ----------
    file : CurveFile
        Uploaded or stored file.
    key : str
        Of the widgets, and of the curves in the session.
    """
    stored = st.session_state.get(f"_{key}-curves")
    if stored is None or stored[0] != file.key:
        stored = (file.key, _read(file))
        st.session_state[f"_{key}-curves"] = stored
    if isinstance(stored[1], Foreign):
        if len(stored[1].signals) == 1:
            offer_measurement(file.upload, key)
        return stored[1]
    notice.error(stored[1])
    offer_measurement(file.upload, key)
    return None


def _read(file: CurveFile) -> Foreign | str:
    """The curves, or the sentence of the error."""
    path = file.upload.path
    try:
        with st.spinner("Reading …"):
            curves = strangers.read("curves", path=path, format=file.format or None, text=file.text)
        return strangers.hold(curves, curves.signals.nbytes)
    except (InputError, FailedError) as error:
        return str(error).replace(f"{path.parent}/", "")


def offer_measurement(upload: Upload, key: str) -> None:
    """Show the button that opens files of measured echoes under My measurement."""
    try:
        strangers.read("peek", path=upload.paths[0])
    except (InputError, FailedError):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Open in My measurement",
            key=f"{key}-hand-over",
            icon=":material/open_in_new:",
            type="primary",
        ):
            st.switch_page("pages/measurement.py", query_params={"measurement": upload.id})
        st.caption("This looks like one measured echo, not like a file of curves.")
