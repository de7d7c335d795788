"""Text tables: how their numbers are written, where they begin, and what their columns are."""
