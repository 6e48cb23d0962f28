"""The public test kit: simulated sources, made-up material, and secrets to follow."""
