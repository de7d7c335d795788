"""Files on disk: where they lie, written whole or not at all, read without unpickling anything."""
