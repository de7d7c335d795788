"""Guided labs: what over-fitting, validation, ensembles and optimisers do, on small examples and on
echoes.

lab.py       what a lab is: controls, a question, a result with numbers, an explanation, its code
registry.py  all labs, by slug
network.py   a dense network trained by compiled code
"""
