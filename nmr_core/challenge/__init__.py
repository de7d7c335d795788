"""Challenges: curves whose parameters are hidden, submissions, and boards."""
