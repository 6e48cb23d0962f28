"""The findings' history: an append-only log of events, and the fold that turns it into findings."""
