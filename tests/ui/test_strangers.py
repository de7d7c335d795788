"""Contracts over the code of all pages: files of strangers are read in a process of their own, and
what went wrong is shown as text.
"""

import ast
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ui.shared import strangers

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"])
CHOOSERS = {"ui/shared/uploads.py", "ui/data_sets/prior_table.py"}
SMALL = "ui/challenge/submit.py"
"""Chooses a submission of at most 8 MB, whose lines the core reads one by one."""
READERS = {
    "read_foreign",
    "read_table",
    "read_npz",
    "read_csv",
    "read_parquet",
    "read_excel",
    "read_hdf",
    "read_pickle",
    "loads",
    "loadtxt",
    "genfromtxt",
    "ZipFile",
    "is_zipfile",
    "open_source",
    "open_measurement",
    "File",
    "ParquetFile",
}
"""Functions that parse a file, of this package and of others."""
READ_IN_PAGES = {
    ("ui/shared/preferences.py", "loads"): "the preferences that the app wrote",
    ("ui/shared/compute.py", "loads"): "JSON that the app wrote",
    ("ui/data_sets/preview.py", "loads"): "JSON that the app wrote",
    ("ui/data_sets/export_form.py", "ZipFile"): "the zip file that is made for the download",
}
DRAWN = {
    "error", "warning", "info", "success", "markdown", "caption", "toast", "write", "title",
    "header", "subheader", "badge", "metric", "expander", "popover", "tabs", "button",
}  # fmt: skip
"""Elements of Streamlit whose text is Markdown."""
NO_ELEMENTS = {"notice", "audit", "_LOG"}
"""Modules and objects with functions of the same names: one makes text of what it shows."""
AS_TEXT = {"quoted", "sentence"}


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_files_are_chosen_in_two_places_whose_readers_are_isolated():
    places = {
        _name(file) for file in FILES for call in _calls(_tree(file)) if "uploader" in _called(call)
    }
    assert places == CHOOSERS | {SMALL}


def test_no_page_parses_a_file():
    found = {
        (_name(file), _called(call))
        for file in FILES
        for call in _calls(_tree(file))
        if _called(call) in READERS and not _name(file).startswith("ui/server/")
    }
    assert found <= set(READ_IN_PAGES), found - set(READ_IN_PAGES)


def _errors(tree: ast.AST) -> Iterator[tuple[str, ast.ExceptHandler]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name, node


def _is_bare(node: ast.AST, name: str) -> bool:
    """Whether a value is used without a function that makes it text."""
    if isinstance(node, ast.Call) and _called(node) in AS_TEXT:
        return False
    if isinstance(node, ast.Name) and node.id == name:
        return True
    return any(_is_bare(child, name) for child in ast.iter_child_nodes(node))


def test_an_error_is_shown_as_text():
    for file in FILES:
        for name, handler in _errors(_tree(file)):
            for call in _calls(handler):
                owner = ast.unparse(getattr(call.func, "value", ast.Name("notice")))
                if _called(call) not in DRAWN or owner.split(".")[-1] in NO_ELEMENTS:
                    continue
                used = [*call.args, *(keyword.value for keyword in call.keywords)]
                where = f"{_name(file)}: {ast.unparse(call)}"
                assert not any(_is_bare(value, name) for value in used), where


def test_this_contract_notices_what_it_forbids():
    wrong = ast.parse("try: pass\nexcept ValueError as e: st.error(f'No: {e}')")
    right = ast.parse("try: pass\nexcept ValueError as e: st.error(f'No: {quoted(str(e))}')")
    for tree, is_bare in ((wrong, True), (right, False)):
        ((name, handler),) = _errors(tree)
        (call, *_) = [one for one in _calls(handler) if _called(one) == "error"]
        assert _is_bare(call.args[0], name) is is_bare


def test_a_value_may_be_freed_while_bytes_are_counted():
    """The garbage collector runs at any time, also while this thread counts."""
    freed = threading.Event()

    def count() -> None:
        value = strangers.hold(threading.Event(), 5.0)
        with strangers._lock:
            del value
            freed.set()

    thread = threading.Thread(target=count, daemon=True)
    thread.start()
    assert freed.wait(20)
