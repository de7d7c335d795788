"""What a first visit sees: a small data set and three runs on it, made by ``python -m nmr_core.examples``."""
