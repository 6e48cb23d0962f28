"""The commands of access reviews: one thin file each."""
