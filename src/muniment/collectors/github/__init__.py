"""GitHub: organizations, their people and settings, and their repositories."""

from muniment.collectors.addresses import Addresses
from muniment.collectors.github.collector import GitHub


def collector(addresses: Addresses) -> GitHub:
    """The collector of GitHub, with the credentials that are at hand."""
    return GitHub(addresses)
