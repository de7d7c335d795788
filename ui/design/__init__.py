"""Parts of the page pages/design.py."""
