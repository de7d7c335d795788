"""Text of unknown encoding."""

import pytest

from nmr_core.io.encodings import decoded

TEXT = "##OWNER= Jörg\n$$ 5 µs, π/2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_recognised(encoding):
    assert decoded(TEXT.encode(encoding)) == TEXT


def test_windows_text_is_no_error():
    assert decoded("Jörg – 5 µs\r\n".encode("cp1252")) == "Jörg – 5 µs\n"


def test_every_byte_is_a_character():
    assert len(decoded(bytes(range(32, 256)))) == 224
