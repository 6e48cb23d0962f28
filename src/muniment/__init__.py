"""Muniment runs the security program of a federated open-source project, and keeps the evidence."""
