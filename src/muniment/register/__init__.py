"""The declared inventory: read, validated, edited. Every value knows its file and line."""
