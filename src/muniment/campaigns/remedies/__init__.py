"""One module per check that a campaign can hand a remedy for; each is found by being here."""
