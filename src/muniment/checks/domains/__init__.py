"""What protects the project's domains, and mail in their name."""
