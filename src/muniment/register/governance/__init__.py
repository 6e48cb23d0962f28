"""What a project's governance documents already say, read into the first entries of a register."""
