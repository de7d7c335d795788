"""Choices in the address: read once when they are new, ignored when they are none, written back."""

from streamlit.testing.v1 import AppTest

OPTIONS = ["a", "b", "c"]


def _one():
    from ui.shared import inputs

    inputs.choice("Pick", {name: name for name in "abc"}, "pick", link=True)


def _several():
    from ui.shared import inputs

    inputs.several("Pick", {name: name for name in "abc"}, "pick", link=True)


def _app(script, *query) -> AppTest:
    app = AppTest.from_function(script, default_timeout=30)
    if query:
        app.query_params["pick"] = list(query)
    app.run()
    assert not app.exception
    return app


def test_one():
    assert _app(_one).selectbox[0].value == "a"
    assert _app(_one, "b").selectbox[0].value == "b"
    assert _app(_one, "nonsense").selectbox[0].value == "a"
    assert _app(_one, "c", "b").selectbox[0].value == "c"


def test_several():
    assert _app(_several).multiselect[0].value == []
    assert _app(_several, "b", "nonsense", "a").multiselect[0].value == ["b", "a"]
    assert _app(_several, "nonsense").multiselect[0].value == []


def test_the_widget_wins_over_the_address_it_came_from():
    app = _app(_one, "b")
    app.selectbox[0].select("c").run()
    assert (app.selectbox[0].value, app.query_params["pick"]) == ("c", "c")
    app.run()
    assert app.selectbox[0].value == "c"


def test_a_new_address_wins_over_the_widget():
    app = _app(_several, "b")
    app.multiselect[0].set_value(["a", "c"]).run()
    assert app.query_params["pick"] == ["a", "c"]
    app.query_params["pick"] = ["c"]
    app.run()
    assert app.multiselect[0].value == ["c"]


def test_what_is_written_replaces_nonsense():
    assert _app(_one, "nonsense").query_params["pick"] == "a"


def test_nothing_chosen_leaves_nothing_in_the_address():
    app = _app(_several, "b")
    app.multiselect[0].set_value([]).run()
    assert "pick" not in app.query_params
    assert app.multiselect[0].value == []


def test_an_address_that_the_page_has_just_replaced_does_not_win_over_the_widget():
    """The browser sends it with a move that was made before it received the new one."""
    app = _app(_one)
    app.selectbox[0].select("b").run()
    app.selectbox[0].select("c")
    app.query_params["pick"] = "a"
    app.run()
    assert (app.selectbox[0].value, app.query_params["pick"]) == ("c", "c")
