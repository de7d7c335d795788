"""What can be identified, how certain estimates are, and where a model is applicable."""
