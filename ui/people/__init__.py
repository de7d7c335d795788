"""The page for administrators: people, invitations, sessions, and what happened."""
