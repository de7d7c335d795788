"""Submitting from Python: the personal token, and code that uses it."""

from typing import TYPE_CHECKING

import streamlit as st

from ui.server import identity
from ui.server.team import Team, current

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge

_TOKEN = "_challenge-token"
"""In the session: the token that was made on this page, shown once."""

LOCAL = """from nmr_core import challenge, load_run

present = challenge.load({id!r})
predictions = challenge.predict_for(present, load_run("RUN"))
receipt = challenge.submit(present, predictions, challenge.Participant("you", "You"))
print(receipt.sentence)
"""
REMOTE = """import nmr_core as nmr
import numpy as np
import pandas as pd
from nmr_core.challenge.client import fetch_curves

url = {url!r}  # the token is in NMR_TOKEN
curves = np.load(fetch_curves(url, "curves.npz"))
table = pd.DataFrame({{"sample": curves["sample"]}})
for name in {targets!r}:
    table[name] = ...  # your estimates, (n_samples,)
print(nmr.submit(table, url, note="my first try")["sentence"])
"""
CURL = """curl -H "Authorization: Bearer $NMR_TOKEN" \\
  --data-binary @predictions.csv {url}/submissions
"""


def show(challenge: "Challenge") -> None:
    """The token and the code; without a server only the code."""
    team, session = current(), identity.session()
    if team is None or session is None:
        st.code(LOCAL.format(id=challenge.id), language="python", wrap_lines=True)
        return
    url = f"{team.config.url.rstrip('/')}/challenge/{challenge.id}"
    _token(team, session.person.id)
    st.code(REMOTE.format(url=url, targets=challenge.columns), language="python", wrap_lines=True)
    st.code(CURL.format(url=url), language="bash", wrap_lines=True)


def _token(team: Team, person_id: str) -> None:
    has_one = team.tokens.created(person_id) is not None
    with st.container(horizontal=True):
        st.button(
            "New token" if has_one else "Make a token",
            key="token-new",
            icon=":material/key:",
            help="It submits in your name. An earlier token is void.",
            on_click=_renew,
        )
        if has_one:
            st.button("Withdraw the token", key="token-withdraw", on_click=_withdraw)
    if token := st.session_state.pop(_TOKEN, ""):
        st.markdown("Shown only now:")
        st.code(f"export NMR_TOKEN={token}", language="bash", wrap_lines=True)


def _renew() -> None:
    """Callback: make a token."""
    team, session = current(), identity.find()
    if team is None or session is None:
        return
    st.session_state[_TOKEN] = team.tokens.renew(session.person.id)
    team.audit.write("token", session.person, address=identity.address())


def _withdraw() -> None:
    """Callback: make the token void."""
    team, session = current(), identity.find()
    if team is None or session is None:
        return
    team.tokens.withdraw(session.person.id)
    team.audit.write("token", session.person, address=identity.address(), withdrawn=True)
