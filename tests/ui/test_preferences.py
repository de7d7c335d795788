"""What a visitor prefers, in several tabs."""

import streamlit as st

from ui.shared import preferences, visitor


def test_two_tabs_of_a_visitor_do_not_undo_each_other(data_folder, monkeypatch):
    monkeypatch.setattr(visitor, "owner", lambda: "a1")
    tabs = {}, {}
    for tab in tabs:
        monkeypatch.setattr(st, "session_state", tab)
        assert preferences.name() == ""
    preferences.set_name("Ada")
    monkeypatch.setattr(st, "session_state", tabs[0])
    preferences.write("columns", ["title"])
    monkeypatch.setattr(st, "session_state", {})
    assert preferences.name() == "Ada"
    assert preferences.read("columns", []) == ["title"]
