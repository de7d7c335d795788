"""What surrounds the pages on their way to the browser. Loads before the server answers: nothing
heavy here.

surroundings.py   what surrounds the app, by profile
local.py      the server of one user
team.py       a server for a team: configuration, people, cookies
gate.py       the one gate; paths.py: what it treats apart
sockets.py    websockets end with their session; ownership.py: whose Streamlit's sessions are
entrance.py   the open pages: login.py, join.py, room.py, oidc.py; visit.py and html.py serve them
page_runs.py  how many pages were run, how fast
logs.py       one JSON object per line
health.py     is it alive, is it ready, numbers
compressed.py scripts and styles, compressed once
process.py    a web process of several; process_numbers.py: what they use
headers.py    what browsers may do; documents.py: scripts in the head of every page
lifespan.py   from start to end
identity.py   who is on this page
"""

from ui.server.surroundings import surroundings

__all__ = ["surroundings"]
