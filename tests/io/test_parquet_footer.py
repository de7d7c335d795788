"""The footer of a Parquet file, read as pyarrow reads it; no damage ends the process."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nmr_core.errors import DamagedError
from nmr_core.io.parquet_footer import Compact, chunks


@pytest.fixture
def content():
    table = pa.table(
        {
            "t": np.arange(500.0),
            "curves": [[1.0, 2.0, 3.0]] * 500,
            "name": ["a"] * 500,
            "nested": [{"x": 1, "y": {"z": 2.0}}] * 500,
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=200)
    return out.getvalue()


def test_it_lists_every_column_of_every_group_as_pyarrow_does(content):
    metadata = pq.read_metadata(io.BytesIO(content))
    groups = [metadata.row_group(k) for k in range(metadata.num_row_groups)]
    columns = [group.column(j) for group in groups for j in range(group.num_columns)]
    assert len(columns) == 15
    assert [
        (one.column, one.n_values, one.n_bytes) for one in chunks(io.BytesIO(content), "a")
    ] == [
        (c.path_in_schema.split(".")[0], c.num_values, c.total_uncompressed_size) for c in columns
    ]


def test_damaged_footers_are_refused_or_read_and_the_place_is_kept(content):
    rng = np.random.default_rng(0)
    n_refused = 0
    for _ in range(2000):
        damaged = bytearray(content)
        damaged[-int(rng.integers(1, 1500))] = int(rng.integers(256))
        file = io.BytesIO(damaged)
        file.seek(3)
        try:
            columns = chunks(file, "a.parquet")
        except DamagedError:
            n_refused += 1
        else:
            assert all(one.n_values >= 0 for one in columns)
        assert file.tell() == 3
    assert n_refused > 200


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        (b"\x15\x07\x00", {1: -4}),
        (b"\x11\x12\x00", {1: True, 2: False}),
        (b"\x18\x03abc\x00", {1: b"abc"}),
        (b"\x19\x25\x02\x04\x00", {1: [1, 2]}),
        (b"\x1b\x01\x85\x01a\x02\x00", {1: [(b"a", 1)]}),
        (b"\x0c\x08\x15\x02\x00\x00", {4: {1: 1}}),
    ],
)
def test_the_compact_protocol(encoded, value):
    assert Compact(encoded).struct() == value


@pytest.mark.parametrize("encoded", [b"", b"\x15", b"\x19\xf5\xff\xff\xff\x7f", b"\x1c" * 100])
def test_what_is_no_structure(encoded):
    with pytest.raises((ValueError, IndexError)):
        Compact(encoded).struct()
