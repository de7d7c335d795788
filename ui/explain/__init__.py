"""Parts of the page pages/explain.py."""
