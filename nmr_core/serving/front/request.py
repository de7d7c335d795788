"""The browser that a request comes from."""

from hashlib import blake2b

END = b"\r\n\r\n"
"""End of the header of a request."""


def browser(header: bytes, cookie: str) -> bytes:
    """Fingerprint of a browser's session; b"" without one.

    Parameters
    ----------
    header : bytes
        First bytes of a connection.
    cookie : str
        Name of the cookie that holds the session.
    """
    name = cookie.encode("ascii") + b"="
    for line in header.partition(END)[0].split(b"\r\n")[1:]:
        title, _, value = line.partition(b":")
        if title.strip().lower() != b"cookie":
            continue
        for part in value.split(b";"):
            part = part.strip()
            if part.startswith(name) and len(part) > len(name):
                return blake2b(part[len(name) :], digest_size=12).digest()
    return b""
