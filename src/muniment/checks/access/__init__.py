"""Who holds rights in the project's organizations, and what those rights are good for."""
