"""The room of a workshop: how it is made, steered and shown; what its people have to do."""
