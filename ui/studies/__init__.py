"""Parts of the page pages/studies.py."""
