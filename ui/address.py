"""Choices in the page's address, by id. (Streamlit's own binding would put the option's label there.)"""

import streamlit as st


def read(key: str, options, *, several: bool = False) -> None:
    """Let the address decide the widget ``key`` (one value or several), if it says something new that is an option."""
    given = [value for value in st.query_params.get_all(key) if value in options]
    if given and given != st.session_state.get(f"_address-{key}"):
        st.session_state[key] = given if several else given[0]


def write(key: str, value: str | list[str]) -> None:
    """Show the widget's value in the address."""
    values = value if isinstance(value, list) else [value]
    st.session_state[f"_address-{key}"] = values
    if st.query_params.get_all(key) != values:
        st.query_params[key] = values
