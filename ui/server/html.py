"""The pages outside of the app: login, invitation, refusals. Small HTML that loads nothing."""

import base64
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse

from ui.server.policy import hash_of

_STATIC = Path(__file__).parents[2] / "static"
STYLE = (_STATIC / "entrance.css").read_text(encoding="utf-8")
FRAGMENT = """
const secret = document.querySelector("input[name=invitation]");
if (location.hash.length > 1) {
  secret.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
}
secret.closest("label").hidden = secret.value !== "";
"""
"""The secret of an invitation stands behind the # of its link, which no server or proxy logs."""

_ICON = base64.b64encode((_STATIC / "icon.png").read_bytes()).decode()

POLICY = (
    f"default-src 'none'; style-src {hash_of(STYLE.encode())}; "
    f"script-src {hash_of(FRAGMENT.encode())}; img-src data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make browsers send forms without their origin
    "Referrer-Policy": "same-origin",
}


def page(title: str, *parts: str, status: int = 200, form_action: str = "") -> HTMLResponse:
    """A page.

    Parameters
    ----------
    title : str
        Heading, as text.
    *parts : str
        HTML; what comes from outside was escaped, see :func:`text` and :func:`field`.
    status : int
        Of HTTP.
    form_action : str
        Origins that a form of the page may lead to, beside the server.
    """
    script = f"<script>{FRAGMENT}</script>" if any("invitation" in part for part in parts) else ""
    document = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)} · Spin Echo Lab</title>'
        f'<link rel="icon" href="data:image/png;base64,{_ICON}"><style>{STYLE}</style></head>'
        f'<body><main><header><img alt="" src="data:image/png;base64,{_ICON}">Spin Echo Lab'
        f"</header><h1>{escape(title)}</h1>{''.join(parts)}</main>{script}</body></html>"
    )
    policy = POLICY + (f" {form_action}" if form_action else "")
    return HTMLResponse(document, status, {**HEADERS, "Content-Security-Policy": policy})


def text(sentence: str, kind: str = "") -> str:
    """A paragraph; ``kind`` is "bad" for a refusal."""
    return f'<p class="{kind}" role="{"alert" if kind else "note"}">{escape(sentence)}</p>'


def code(text: str) -> str:
    """A code to be read and copied."""
    return f'<p class="code">{escape(text)}</p>'


def link(label: str, path: str, *, is_button: bool = False) -> str:
    """A link."""
    kind = ' class="button"' if is_button else ""
    return f'<a{kind} href="{escape(path)}">{escape(label)}</a>'


def field(label: str, name: str, kind: str = "text", *, value: str = "", fill: str = "off") -> str:
    """A field of a form with its label.

    Parameters
    ----------
    label, name, kind, value : str
        Words above it, name, type of HTML, and content.
    fill : str
        What the browser may fill in: an ``autocomplete`` of HTML.
    """
    return (
        f'<label>{escape(label)}<input name="{name}" type="{kind}" value="{escape(value)}"'
        f' autocomplete="{fill}" maxlength="200" required></label>'
    )


def form(action: str, button: str, token: str, *parts: str, **hidden: str) -> str:
    """A form that is posted.

    Parameters
    ----------
    action, button : str
        Path that it is posted to, and the words of its button.
    token : str
        See :func:`ui.server.team.form_token`.
    *parts : str
        HTML of its fields.
    **hidden : str
        Values that it sends along.
    """
    values = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in {"token": token, **hidden}.items()
    )
    inner = f"{values}{''.join(parts)}<button>{escape(button)}</button>"
    return f'<form method="post" action="{escape(action)}">{inner}</form>'


def problem(sentence: str, status: int, *parts: str) -> HTMLResponse:
    """A page that refuses something."""
    return page("That did not work", text(sentence, "bad"), *parts, status=status)


def wrong_address(url: str) -> HTMLResponse:
    """The page for a server that was opened at another address than its own."""
    sentence = f"This server answers at {url} only. Open that address."
    return problem(sentence, 421, link(url, url, is_button=True))
