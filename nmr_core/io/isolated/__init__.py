"""Files of strangers, read in a process of their own with limits of memory and time.

A file may make its reader use more memory than there is, or end it. Here that ends a small process
instead of the web server. Requests and answers are JSON and plain arrays; nothing is unpickled.
"""

from nmr_core.io.isolated.pool import Limits, call, end_all, get_ready

__all__ = ["Limits", "call", "end_all", "get_ready"]
