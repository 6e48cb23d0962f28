"""Campaigns at work: looks at the ground, decides, previews and tells; one use case per file."""
