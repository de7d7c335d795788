"""Curves in text files whose separator, decimal sign or header line are given."""

import numpy as np
import pytest

from nmr_core.io.formats import read_foreign
from nmr_core.io.text_options import TextOptions

CURVES = np.array([[1.25, -2.5, 3.75], [0.5, 0.25, -0.125]])


def test_a_wide_table_with_decimal_commas_below_two_lines(tmp_path):
    header = ["alpha", *(f"{part}_0@{t}" for part in ("re", "im") for t in (1.0, 2.0, 3.0))]
    rows = [";".join(f"{v:.3f}".replace(".", ",") for v in [0.1, *row, *row]) for row in CURVES]
    (tmp_path / "a.csv").write_text("\n".join(["Messung 1", "", ";".join(header), *rows]))
    foreign = read_foreign(
        tmp_path / "a.csv", text=TextOptions(separator=";", decimal=",", header_line=3)
    )
    assert foreign.signals[:, 0].real == pytest.approx(CURVES)
    assert foreign.parameters["alpha"].tolist() == [0.1, 0.1]


def test_a_folder_of_matrices_with_decimal_commas(tmp_path):
    for name in ("echos_r.txt", "echos_i.txt"):
        rows = [";".join(f"{v:.3f}".replace(".", ",") for v in row) for row in CURVES]
        (tmp_path / name).write_text("\n".join(["a;b;c", *rows]) + "\n")
    foreign = read_foreign(
        tmp_path, "ml4sci_2020", text=TextOptions(separator=";", decimal=",", header_line=1)
    )
    assert foreign.signals[:, 0].imag == pytest.approx(CURVES)
