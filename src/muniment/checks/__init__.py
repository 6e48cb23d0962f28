"""The checks: pure functions of evidence. A folder is a family, a file is a check, the path is its id."""
