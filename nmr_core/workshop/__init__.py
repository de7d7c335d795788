"""Rooms of a workshop: who joins by a code, where people are, and how a room ends.

room.py       a room, what it holds, and where all are asked to look
codes.py      room codes and return codes: without look-alikes, forgiving when typed
database.py   the file workshop.sqlite3
checks.py     what a room can be
table.py      rooms and who has joined them, as they are read and written
rooms.py      all rooms of a server: make, find, freeze, extend, look here
joining.py    a code and a name make a person
returning.py  a return code brings the person back
contents.py   what a room holds, copied into the workspaces of its people
room_challenges.py  a challenge that was made for a room becomes its challenge
ending.py     a room and everything of its people is removed, after its export
export.py     everything of a room as a zip file
presence.py   where the people of a room are, and who is stuck
pauses.py     why the people of a room may not change anything now
rehearsal.py  five fake people who do what thirty will do
"""

from nmr_core.workshop.room import Content, Look, Room
from nmr_core.workshop.rooms import Rooms

__all__ = ["Content", "Look", "Room", "Rooms"]
