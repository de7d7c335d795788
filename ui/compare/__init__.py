"""Parts of the page pages/compare.py."""
