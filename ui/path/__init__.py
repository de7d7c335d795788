"""Parts of the page pages/path.py."""
