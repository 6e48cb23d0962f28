"""Who can put a release before users, or administer an asset, derived from evidence by every path that it shows."""
