"""Files of ``simulate``: what can be made is checked before the work, what was made is written in one piece."""

import importlib.util
from pathlib import Path

import numpy as np

from nmr_core.cli import arguments
from nmr_core.errors import FailedError, InputError
from nmr_core.storage.files import write_file

PICTURES = (".svg", ".png", ".pdf")
"""What needs kaleido, and a Chrome."""
WITHOUT_KALEIDO = (
    "A {} figure needs kaleido, which is not installed. Install it (pip install kaleido; it needs Chrome), "
    "or write .html, which needs nothing."
)


def checked(out: str | None, figure: str | None) -> tuple[Path | None, Path | None]:
    """Both as files that can be made, or :class:`InputError`."""
    path = arguments.out_file(out, (".csv", ".npz")) if out else None
    drawn = arguments.out_file(figure, (".html", ".json", *PICTURES)) if figure else None
    if drawn and drawn.suffix.lower() in PICTURES and importlib.util.find_spec("kaleido") is None:
        raise InputError(WITHOUT_KALEIDO.format(drawn.suffix.lower()))
    return path, drawn


def save(result, path: Path) -> None:
    """``result.columns()`` as CSV with every digit, or ``result.arrays()`` as NPZ."""

    def csv(temporary: Path) -> None:
        columns = result.columns()
        rows = zip(*(map(repr, column.tolist()) for column in columns.values()), strict=True)
        temporary.write_text(
            "\n".join([",".join(columns), *map(",".join, rows)]) + "\n",
            encoding="ascii",
            newline="\n",
        )

    def npz(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, **result.arrays())

    write_file(path, csv if path.suffix.lower() == ".csv" else npz)


def draw(result, path: Path) -> None:
    """``result.figure()`` on white: a page that needs no network, plotly's JSON, or a picture."""
    from nmr_core.plots import CONFIG

    figure, ending = result.figure(), path.suffix.lower()
    figure.update_layout(paper_bgcolor="white", plot_bgcolor="white")

    def write(temporary: Path) -> None:
        if ending == ".html":
            figure.write_html(temporary, include_plotlyjs=True, config=CONFIG)
        elif ending == ".json":
            temporary.write_text(figure.to_json(), encoding="utf-8")
        else:
            temporary.write_bytes(_picture(figure, ending))

    write_file(path, write)


def _picture(figure, ending: str) -> bytes:
    try:
        return figure.to_image(format=ending[1:], scale=1 if ending != ".png" else 2)
    except Exception as error:
        raise FailedError(
            f"The {ending} figure could not be drawn ({type(error).__name__}: {str(error)[:200]}). kaleido needs "
            "Chrome: install it (plotly_get_chrome), or write .html, which needs nothing."
        ) from error
