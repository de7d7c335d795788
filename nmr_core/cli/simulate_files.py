"""Files of ``simulate``: names are checked before the work, files are written atomically."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nmr_core.cli import arguments, figure_style
from nmr_core.errors import FailedError, InputError
from nmr_core.glossary import heads
from nmr_core.storage.files import write_file

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from nmr_core.plots.paper import Look

PICTURES = (".svg", ".png", ".pdf")
"""Formats that need kaleido and Chrome."""
WITHOUT_KALEIDO = (
    "A {} figure needs kaleido, which is not installed. Install it (pip install kaleido; it needs "
    "Chrome), or write .html, which needs nothing."
)


def checked(out: str | None, figure: str | None) -> tuple[Path | None, Path | None]:
    """Return both as paths that can be written, or raise :class:`InputError`."""
    path = arguments.out_file(out, (".csv", ".npz")) if out else None
    figure_path = arguments.out_file(figure, (".html", ".json", *PICTURES)) if figure else None
    if (
        figure_path
        and figure_path.suffix.lower() in PICTURES
        and importlib.util.find_spec("kaleido") is None
    ):
        raise InputError(WITHOUT_KALEIDO.format(figure_path.suffix.lower()))
    return path, figure_path


def save(result: Any, path: Path) -> None:
    """Write ``result.columns()`` as CSV with every digit, or ``result.arrays()`` as NPZ."""

    def csv(temporary: Path) -> None:
        columns = result.columns()
        rows = zip(*(map(repr, column.tolist()) for column in columns.values()), strict=True)
        temporary.write_text(
            "\n".join([",".join(heads(columns, csv=True)), *map(",".join, rows)]) + "\n",
            encoding="ascii",
            newline="\n",
        )

    def npz(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, **result.arrays())

    write_file(path, csv if path.suffix.lower() == ".csv" else npz)


def draw(result: Any, path: Path, look: "Look") -> None:
    """Write ``result.figure()`` on white: a self-contained page, JSON of plotly, or a picture.

    Parameters
    ----------
    result : object
        Simulated echoes.
    path : Path
        Its ending is the format.
    look : Look
        Style and size.
    """
    from nmr_core.plots import CONFIG

    figure, ending = look.drawn(result.figure()), path.suffix.lower()
    figure.update_layout(paper_bgcolor="white", plot_bgcolor="white")
    camera = CONFIG["toImageButtonOptions"] | {"filename": path.stem, "scale": look.scale}

    def write(temporary: Path) -> None:
        if ending == ".html":
            config = CONFIG | {"toImageButtonOptions": camera}
            figure.write_html(temporary, include_plotlyjs=True, config=config)
        elif ending == ".json":
            temporary.write_text(figure.to_json(), encoding="utf-8")
        else:
            dots = (figure_style.DPI / 96 if look.paper else 2.0) if ending == ".png" else 1.0
            temporary.write_bytes(_picture(figure, ending, look.scale * dots))

    write_file(path, write)


def _picture(figure: "go.Figure", ending: str, scale: float) -> bytes:
    try:
        return figure.to_image(format=ending[1:], scale=scale)
    except Exception as error:
        raise FailedError(
            f"The {ending} figure could not be written ({type(error).__name__}: "
            f"{str(error)[:200]}). kaleido needs "
            "Chrome: install it (plotly_get_chrome), or write .html, which needs nothing."
        ) from error
