"""Spins on a device of PyTorch, for an accelerator (optional extra ``gpu``).

rotation.py advances the spins by one step, spins.py holds them with their mean field, choice.py
checks that a device can be used.
"""
