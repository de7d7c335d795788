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


def kept(key: str) -> list[str]:
    """The values under ``key`` in the address; where a visitor comes back to a page whose address was dropped, those of
    the last visit are put back."""
    given = st.query_params.get_all(key)
    if not given and st.session_state.get(f"_kept-{key}"):
        st.query_params[key] = given = st.session_state[f"_kept-{key}"]
    st.session_state[f"_kept-{key}"] = given
    return given


def keep(key: str, values: list[str]) -> None:
    """Put values under ``key`` into the address; none takes the key away."""
    st.session_state[f"_kept-{key}"] = values
    if st.query_params.get_all(key) != values:
        if values:
            st.query_params[key] = values
        else:
            st.query_params.pop(key, None)
