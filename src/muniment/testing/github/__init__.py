"""A GitHub of made-up people on a loopback port, checked against GitHub's own published descriptions."""
