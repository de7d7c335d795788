"""storage/results: any dataclass comes back exactly as it was, or is refused with one sentence."""

import json
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import nmr_core
from nmr_core.errors import FailedError
from nmr_core.parameters import Parameter
from nmr_core.storage.results import FORMAT, read_result, write_result


@dataclass(frozen=True)
class Inner:
    """Part of a result."""

    name: str
    curve: np.ndarray
    spread: float = 0.0


@dataclass(frozen=True)
class Whole:
    """Everything that a result may hold."""

    title: str
    inner: Inner
    several: tuple[Inner, ...]
    pair: tuple[int, str]
    by_name: dict[str, Inner]
    maybe: Inner | None
    spec: Parameter
    table: pd.DataFrame
    numbers: dict[str, float]
    rows: list[dict]
    scale: complex
    flag: bool
    anything: object
    renamed: int = field(metadata={"stored": "old_name"})
    model: object = None


@dataclass(frozen=True)
class Other:
    """Another kind of result."""

    n: int


def inner(k: int) -> Inner:
    return Inner(f"part {k}", np.arange(k, dtype=np.complex64), float("inf") if k == 2 else 0.5)


@pytest.fixture
def whole() -> Whole:
    table = pd.DataFrame(
        {
            "count": [1, 2],
            "error": [np.nan, np.inf],
            "name": ["alpha", "ξ"],
            "flag": [True, False],
            "mixed": ["a", None],
        }
    )
    return Whole(
        "A title",
        inner(1),
        (inner(2), inner(3)),
        (4, "four"),
        {"x": inner(0)},
        None,
        Parameter("xi", "ξ", "sites", 0, 20, 10.0, values=(1, "two")),
        table,
        {"nan": float("nan"), "low": float("-inf"), "one": 1.0},
        [{"n": 1, "error": None}, {"n": 2, "error": 0.5}],
        1 - 2j,
        True,
        [1, {"deep": float("inf")}],
        7,
        model=object(),
    )


def same(one, other) -> None:
    """Equal with types and dtypes; NaN equals NaN."""
    assert type(one) is type(other)
    if hasattr(one, "__dataclass_fields__"):
        for entry in fields(one):
            if entry.name != "model":
                same(getattr(one, entry.name), getattr(other, entry.name))
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            same(a, b)
    else:
        assert repr(one) == repr(other)


def read(document: Path) -> Whole:
    return read_result(document, Whole, Other, what="result", apart=("model",))


def test_round_trip(whole, tmp_path):
    document = tmp_path / "result.json"
    write_result(whole, document, apart=("model",))
    same(read(document), whole)
    assert read(document).model is None
    stored = json.loads(document.read_text())
    assert stored["format"] == FORMAT
    assert stored["version"] == nmr_core.__version__
    assert stored["value"]["old_name"] == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == ["result.json", "result.npz"]


def test_the_class_is_one_of_those_that_the_caller_names(whole, tmp_path):
    document = tmp_path / "result.json"
    write_result(Other(3), document)
    assert read(document) == Other(3)
    stored = json.loads(document.read_text())
    document.write_text(json.dumps(stored | {"class": "Inner"}))
    with pytest.raises(FailedError, match="it holds a Inner"):
        read(document)


def test_arrays_of_objects_are_not_written(tmp_path):
    with pytest.raises(TypeError, match="got objects"):
        write_result(Inner("a", np.array([{}])), tmp_path / "result.json")


def test_files_beside_it_are_checked(tmp_path):
    (tmp_path / "model.skops").write_bytes(b"model")
    write_result(Other(3), tmp_path / "result.json", beside=("model.skops",))
    assert read(tmp_path / "result.json") == Other(3)
    (tmp_path / "model.skops").write_bytes(b"another")
    with pytest.raises(FailedError, match=r"model\.skops is not the one that was saved"):
        read(tmp_path / "result.json")


def _value(**changes):
    def edit(stored):
        return stored | {"value": stored["value"] | changes}

    return edit


def _without(name):
    def edit(stored):
        return stored | {"value": {k: v for k, v in stored["value"].items() if k != name}}

    return edit


BAD = {
    "a text for a number": (_value(old_name="7"), "old_name must be int, got '7'"),
    "true for a number": (_value(old_name=True), "old_name must be int, got True"),
    "a number for true": (_value(flag=1), "flag must be bool, got 1"),
    "nothing for a text": (_value(title=None), "title must be str, got None"),
    "a list for a dataclass": (_value(inner=[1]), "inner must be a Inner"),
    "a text in numbers": (_value(numbers={"one": "x"}), r"numbers\.one must be float, got 'x'"),
    "a dict for a list": (_value(rows={}), "rows must be a list"),
    "a number for a row": (_value(rows=[1]), r"rows\.0 must be a dict, got 1"),
    "three of two": (_value(pair=[1, "a", 2]), "pair must have 2 entries, got 3"),
    "no table": (_value(table=[]), "cannot be read"),
    "a missing entry": (_without("title"), "title is missing"),
    "arrays of another name": (_value(by_name={"y": {"name": "y"}}), "cannot be read"),
    "a newer format": (lambda s: s | {"format": 99, "version": "9.9"}, "Spin Echo Lab 9.9, this"),
    "no format of ours": (lambda s: s | {"format": None}, "it has format None"),
    "no checksums": (lambda s: s | {"sha256": None}, "cannot be read"),
    "other arrays": (lambda s: s | {"sha256": {"result.npz": "0"}}, "is not the one that was"),
    "nothing": (lambda s: {}, "cannot be read"),
}


@pytest.mark.parametrize(("edit", "message"), BAD.values(), ids=BAD)
def test_what_makes_no_sense_is_one_sentence(whole, tmp_path, edit, message):
    document = tmp_path / "result.json"
    write_result(whole, document, apart=("model",))
    document.write_text(json.dumps(edit(json.loads(document.read_text()))))
    with pytest.raises(FailedError, match=message) as caught:
        read(document)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("again.")


def test_nothing_is_unpickled(tmp_path):
    document = tmp_path / "result.json"
    write_result(inner(3), document)
    np.savez(tmp_path / "result.npz", curve=np.array([{"a": 1}], dtype=object))
    from nmr_core.storage.files import checksum

    stored = json.loads(document.read_text())
    stored["sha256"]["result.npz"] = checksum(tmp_path / "result.npz")
    document.write_text(json.dumps(stored))
    with pytest.raises(FailedError, match="cannot be read"):
        read_result(document, Inner, what="result")
