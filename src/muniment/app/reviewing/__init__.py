"""Access reviews: whom to ask what, how the answers stand, and the lines that go into the register."""
