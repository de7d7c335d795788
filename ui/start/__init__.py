"""Parts of the page pages/start.py."""
