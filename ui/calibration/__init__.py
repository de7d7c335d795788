"""Parts of the page pages/calibration.py."""
