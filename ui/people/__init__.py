"""People, invitations and sessions of a server, for its administrators."""
