"""One command to a file, found by its file; the file's first line is the command's line in the help."""
