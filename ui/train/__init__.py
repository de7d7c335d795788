"""Parts of the page pages/train.py."""
