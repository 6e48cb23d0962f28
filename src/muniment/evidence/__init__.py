"""The evidence kinds: one frozen type per file, found by being in this folder."""
