"""Whether the register and the world name the same things."""
