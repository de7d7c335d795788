"""Several web processes behind one port.

door.py      accepts connections, reads who asks, and hands each to a web process
request.py   the browser that a request comes from
places.py    which process serves which browser
process.py   one web process: its start, its end, the way to hand it a connection
crew.py      all of them: a process that dies is started again
run.py       from start to end
siblings.py  what each process uses

A page lives in the memory of one process: its websocket, its uploads and its downloads must reach
that one. The front reads the first bytes of a connection without taking them (``MSG_PEEK``) and
passes the connection itself to a process; from there on no byte goes through the front. Processes
end a connection after each answer, so that the next request is looked at anew: a proxy sends the
requests of several people through one connection.
"""

from nmr_core.serving.front.run import can_share, serve

__all__ = ["can_share", "serve"]
