"""Parts of the page pages/identify.py."""
