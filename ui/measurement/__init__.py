"""Parts of the page pages/measurement.py: measurement first, then the model."""
