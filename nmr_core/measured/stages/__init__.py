"""Sentences on what was done to a measurement before a model reads it, stage by stage."""
