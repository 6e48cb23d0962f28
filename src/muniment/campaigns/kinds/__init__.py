"""One module per kind of campaign; each is found by being here."""
