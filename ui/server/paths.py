"""Paths of a server for a team that are treated apart."""

import re

HEALTH = ("/healthz", "/readyz")
STREAMLIT_HEALTH = "/_stcore/health"
METRICS = ("/metrics", "/_stcore/metrics")
ENTRANCE = ("/login", "/r", "/join", "/logout", "/session")
"""The open pages: these paths, and what is below the first two."""
SUBMISSIONS = re.compile(r"/challenge/([a-z0-9][a-z0-9_-]{1,63})/(submissions|curves)")
"""What programs reach with a personal token instead of a session."""
UPLOAD, MEDIA = "/_stcore/upload_file/", "/media/"


def is_entrance(path: str) -> bool:
    """Whether a path belongs to the open pages."""
    return path in ENTRANCE or path.startswith(tuple(f"{path}/" for path in ENTRANCE[:2]))


def is_for_programs(path: str) -> bool:
    """Whether a path is reached with a personal token, by no page."""
    return SUBMISSIONS.fullmatch(path) is not None
