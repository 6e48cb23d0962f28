"""The collectors: one file per source. ``fetch`` does the I/O, ``parse`` is pure; found by being here."""
