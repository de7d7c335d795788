"""The page for administrators: jobs of all workspaces, disk, the server, the record.

People, invitations and sessions are in :mod:`ui.people`.
"""
