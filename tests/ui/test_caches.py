"""Every cache of the app has the workspace in its key, or cannot read the data folder."""

import ast
from pathlib import Path

import pytest
import streamlit as st

from nmr_core.storage.workspace import data_folder, in_workspace
from ui.shared import caches, once

ROOT = Path(__file__).parents[2]
PLAIN = {
    "ui/server/policy.py:hashes_in": "a text",
    "nmr_core/storage/audit/noting.py:_audit": "a path",
    "ui/server/team.py:_team": "a configuration and a folder",
    "ui/shared/pages.py:_pages": "files of the app",
    "ui/shared/visitor.py:_name": "a cookie",
    "ui/workshop/joining.py:qr": "a text",
    "ui/challenge/access.py:_rooms": "a folder",
    "ui/compare/runs_table.py:_read_scores": "a path",
    "ui/data_sets/catalogue.py:_stored_size": "a path",
    "nmr_core/storage/catalogue.py:_path": "a path",
    "nmr_core/challenge/challenge.py:_remembered": "a path",
    "nmr_core/labs/echoes.py:components": "the shipped example",
    "nmr_core/labs/echoes.py:echoes": "the shipped example",
    "nmr_core/jobs/expected.py:_read": "a path",
    "nmr_core/measured/shipped.py:_read": "a path",
}
"""Functions with a cache of Python that take all they depend on -> what that is."""
NAMES = {"cache", "lru_cache", "cache_data", "cache_resource"}


def _files(*places: str):
    for place in places:
        for file in sorted((ROOT / place).rglob("*.py")) or [ROOT / place]:
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def _last(node: ast.expr) -> str:
    """Last name of a decorator, e.g. "cache_data" of st.cache_data(ttl=1)."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _cached(*places: str) -> dict[str, ast.FunctionDef]:
    """file:function -> function, of those with one of the decorators of NAMES."""
    return {
        f"{name}:{node.name}": node
        for name, tree in _files(*places)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and NAMES & {_last(decorator) for decorator in node.decorator_list}
    }


def test_streamlits_caches_are_used_in_one_place():
    users = [
        name
        for name, tree in _files("ui", "pages", "app.py")
        if name != "ui/shared/caches.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("cache_data", "cache_resource")
    ]
    assert users == []


def test_pythons_caches_in_the_app_take_what_they_depend_on():
    assert set(_cached("ui", "pages")) == {name for name in PLAIN if name.startswith("ui/")}


def test_a_cached_function_of_the_core_does_not_read_the_data_folder():
    """Those of modules that know the data folder are listed, and do not mention it."""
    readers = ("data_folder", "runs_folder", "datasets_folder", "own_folder", "located", "find")
    for name, function in _cached("nmr_core").items():
        words = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        assert not words & set(readers), name
    knowing = {
        name.split(":")[0]
        for name, tree in _files("nmr_core")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "nmr_core.storage.workspace"
    }
    found = {name for name in _cached("nmr_core") if name.split(":")[0] in knowing}
    assert found <= set(PLAIN)


def test_no_module_holds_values_by_id():
    """Dictionaries of a module that all visitors share: each has a path or a session in its key."""
    shared = {
        f"{name}:{node.target.id}"
        for name, tree in _files("ui")
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.value, ast.Dict | ast.Call)
        and not node.target.id.isupper()
        and "dict" in ast.unparse(node.annotation).lower()
    }
    assert shared == {
        "ui/challenge/cached.py:_values",  # the server's folder
        "ui/shared/banner.py:_closed",  # a visitor
        "ui/shared/job_list.py:_last_look",  # an open page
        "ui/shared/job_list.py:_newest",  # a data folder
        "ui/shared/lists.py:_lists",  # a folder
        "ui/shared/once.py:_values",  # the data folder, and what is drawn
        "ui/shared/room_look.py:_followed",  # a person
        "ui/shared/room_news.py:_shown",  # a session of Streamlit
        "ui/shared/spaces.py:_looks",  # a session and a workspace
        "ui/shared/spaces.py:_people",  # a session
        "ui/shared/strangers.py:_open",  # a person
        "ui/shared/theme_message.py:_sections",  # a section of the configuration
        "ui/shared/visitor.py:_last_click",  # a visitor
    }


@pytest.mark.parametrize("cache", [caches.data, caches.resource])
def test_the_same_id_in_another_workspace_is_another_value(tmp_path, cache):
    reads = []

    @cache(max_entries=10, show_spinner=False)
    def value(id: str, created: str = "", _more: object = None) -> str:
        reads.append(id)
        return f"{data_folder().name} {id} {created} {_more}"

    for _ in range(2):
        with in_workspace(tmp_path / "one"):
            assert value("run-x", _more=1) == "one run-x  1"
            assert value("run-x", created="now") == "one run-x now None"
        with in_workspace(tmp_path / "two"):
            assert value("run-x", _more=2) == "two run-x  2"
    assert len(reads) == 3  # what begins with "_" is not in the key
    value.clear()
    with in_workspace(tmp_path / "one"):
        value("run-x", _more=3)
    assert len(reads) == 4


@pytest.mark.parametrize("cache", [caches.common_data, caches.common_resource])
def test_what_is_common_cannot_read_the_data_folder(tmp_path, cache):
    @cache(show_spinner=False)
    def reading(id: str) -> str:
        return str(data_folder())

    @cache(show_spinner=False)
    def computing(n: int) -> int:
        return n + 1

    assert computing(1) == 2
    with in_workspace(tmp_path), pytest.raises(RuntimeError, match="its cache does not name it"):
        reading("run-x")
    assert data_folder()


def test_a_figure_of_the_same_id_is_drawn_again_in_another_workspace(tmp_path):
    once.clear()
    with in_workspace(tmp_path / "one"):
        assert once.table(lambda: "one", "view", "run-x") == "one"
        assert once.table(lambda: "again", "view", "run-x") == "one"
    with in_workspace(tmp_path / "two"):
        assert once.table(lambda: "two", "view", "run-x") == "two"
    once.clear()
    st.cache_data.clear()
