"""The kinds of page: each module gives the pages of one kind, and is found by being in this folder."""
