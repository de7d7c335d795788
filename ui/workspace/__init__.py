"""The page of a workspace: its members, what takes its disk, when it ends, and copies."""
