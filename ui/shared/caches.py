"""Streamlit's caches, with the workspace in every key.

``@caches.resource(...)`` and ``@caches.data(...)`` take what ``st.cache_resource`` and
``st.cache_data`` take. What serves all workspaces is cached by ``@caches.common_resource`` and
``@caches.common_data``; while it is computed, the data folder cannot be read.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from nmr_core.storage.workspace import data_folder, independent

Function = TypeVar("Function", bound=Callable[..., Any])
WORKSPACE = "workspace_of_the_cache"
"""Name of the argument that the key gets."""


def resource(**options: Any) -> Callable[[Function], Function]:
    """As ``st.cache_resource``, with a value per workspace."""
    return lambda function: _per_workspace(st.cache_resource, function, options)


def data(**options: Any) -> Callable[[Function], Function]:
    """As ``st.cache_data``, with a value per workspace."""
    return lambda function: _per_workspace(st.cache_data, function, options)


def common_resource(**options: Any) -> Callable[[Function], Function]:
    """As ``st.cache_resource``, for what does not depend on the data folder."""
    return lambda function: st.cache_resource(**options)(_without_workspace(function))


def common_data(**options: Any) -> Callable[[Function], Function]:
    """As ``st.cache_data``, for what does not depend on the data folder."""
    return lambda function: st.cache_data(**options)(_without_workspace(function))


def _per_workspace(cache: Any, function: Any, options: dict[str, Any]) -> Any:
    @functools.wraps(function)
    def computed(*args: Any, **named: Any) -> Any:
        named.pop(WORKSPACE)
        return function(*args, **named)

    # Streamlit reads the names of the arguments, of which those with "_" are not in the key
    signature = inspect.signature(function)
    key = inspect.Parameter(WORKSPACE, inspect.Parameter.KEYWORD_ONLY, annotation=str)
    computed.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), key]
    )
    cached = cache(**options)(computed)

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        return cached(*args, **named, **{WORKSPACE: str(data_folder())})

    call.clear = cached.clear  # type: ignore[attr-defined]
    return call


def _without_workspace(function: Any) -> Any:
    @functools.wraps(function)
    def computed(*args: Any, **named: Any) -> Any:
        with independent(function.__qualname__):
            return function(*args, **named)

    return computed
