"""The steps that bring a stored database up to this program's schema."""
