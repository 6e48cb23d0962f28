"""What to cut out of a text, and what to put there, so that one value of it changes and no other byte."""
