"""Guided labs: what over-fitting, validation, ensembles and optimisers do, on small examples and on
echoes.

lab.py            what a lab is: controls, a question, a result with numbers, its code
registry.py       all labs, by slug; each is a module with the name of its slug
network.py        a dense network trained by compiled code
lennard_jones.py  data and descriptors of most labs
programs.py       text of the programs with NumPy and PyTorch
notebook.py       a lab as a Jupyter notebook
landscapes.py     losses of lab 9, which descent.py walks down
echoes.py         the echoes of labs 7 and 8; descrambling.py rotates a first layer
molecular_dynamics.py  two atoms of lab 10
progress.py       what a person has done in the labs
"""
