"""Parts of the page pages/simulate.py."""
