"""The reporters: one file per format, each a function of a projected view, found by being in this folder."""
