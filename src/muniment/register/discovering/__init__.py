"""Makes the first files of a register of what was seen: rules and exceptions, and the questions that are left."""
