"""Parts of the page pages/data_sets.py."""
