"""Parts of the page pages/predict.py."""
