"""Workspaces of a server, and what their people may do.

person.py     who acts: a person of the server, or none in particular (one user, command line)
policy.py     action x role -> none, own, all
registry.py   the workspaces: kind, members, end
rights.py     the one place where an action is allowed or refused
managing.py   members, title and end, by those who may change them
limits.py     how much disk, how many jobs, how long
usage.py      what takes the disk, the biggest first
copying.py    a thing of one workspace into another; publishing
handover.py   everything of a person who has left goes to another one
retention.py  what is removed by age, with a dry run
announcement.py   a sentence on every page
maintenance.py    running jobs finish, new ones are refused
messages.py   what others did with a person's things, and why

Without a server there is one workspace, and nothing of this applies: NMR_DATA is that workspace.
"""
