"""GitHub: who may do what in organizations and their public repositories."""

from muniment.collectors.addresses import Addresses
from muniment.collectors.github_access.collector import GitHubAccess


def collector(addresses: Addresses) -> GitHubAccess:
    """The collector of access, with the credentials that are at hand."""
    return GitHubAccess(addresses)
