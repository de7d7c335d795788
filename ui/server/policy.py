"""What a browser may load and run on a page: the Content-Security-Policy.

A script in a document runs only if the policy names its hash, so that text that came onto a page by
mistake stays text. Styles are not named: Streamlit's client makes them while a page is shown.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_OTHERS = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "frame-src 'self' blob: data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)


def policy(hashes: Iterable[str] = ()) -> str:
    """The policy of an answer.

    Parameters
    ----------
    hashes : iterable of str
        Of the scripts that may run, as of :func:`hashes_in`.

    Returns
    -------
    str
        Nothing is loaded from another site, and no other site shows the answer in a frame, where
        its buttons could be covered. Components of Streamlit are scripts in a ``blob:``.
    """
    scripts = " ".join(["script-src 'self' blob: 'wasm-unsafe-eval'", *dict.fromkeys(hashes)])
    return "; ".join((*_OTHERS, scripts))


@lru_cache(maxsize=64)
def hashes_in(document: bytes) -> tuple[str, ...]:
    """The hashes of all scripts that stand in a document of HTML, in the words of the policy."""
    return tuple(hash_of(script) for script in _INLINE.findall(document))


def hash_of(script: bytes) -> str:
    """The hash of a script or a style, in the words of the policy."""
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    return f"'sha256-{digest}'"
