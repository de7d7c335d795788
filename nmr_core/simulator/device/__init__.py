"""The batch path on PyTorch, for an accelerator (optional extra ``gpu``).

rotation.py advances the spins by one step, batch.py steps lattices through a sequence,
choice.py checks that a device can be used. No step leaves the device; only the recorded signal
comes back.
"""
