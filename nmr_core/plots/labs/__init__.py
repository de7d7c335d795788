"""Figures of the labs: one module per lab, with the name of its slug."""
