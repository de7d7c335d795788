"""Paths of a server for a team that are treated apart."""

HEALTH = ("/healthz", "/readyz")
STREAMLIT_HEALTH = "/_stcore/health"
METRICS = ("/metrics", "/_stcore/metrics")
ENTRANCE = ("/login", "/join", "/logout", "/session")
"""The login pages: these paths, and what is below the first."""
UPLOAD, MEDIA = "/_stcore/upload_file/", "/media/"


def is_entrance(path: str) -> bool:
    """Whether a path belongs to the login pages."""
    return path in ENTRANCE or path.startswith(f"{ENTRANCE[0]}/")
