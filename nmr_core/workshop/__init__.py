"""Rooms of a workshop: who joins by a code, where people are, and how a room ends."""
