"""Views of the Challenge page."""
