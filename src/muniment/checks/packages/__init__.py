"""Who can ship a package, and in what state it is."""
