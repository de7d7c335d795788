"""One file a format of measured echoes; registry.py lists them."""
