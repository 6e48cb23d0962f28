"""Brings adapters and ports together: the only place that knows both."""

from __future__ import annotations

from muniment.wiring.bundles import bundles, read_bundle, write_bundle
from muniment.wiring.channels import (
    channels,
    check_channel,
    is_message_id,
    mail_that_came_back,
    means,
    message_ids,
    write_list,
    write_private,
)
from muniment.wiring.clock import Moment, SystemClock, moment
from muniment.wiring.clones import read_clones
from muniment.wiring.databases import NoDatabase, database_url, holder, opened, with_found
from muniment.wiring.files import patches, replace_file, write_page
from muniment.wiring.forgetting import bundles_without, named_in_register, outputs_naming
from muniment.wiring.founding import founded, on_lists, package_at
from muniment.wiring.installed import all_checks, code_version
from muniment.wiring.memory import at_one_go
from muniment.wiring.publishing import Shelf, site
from muniment.wiring.registers import (
    cache_directory,
    declared,
    empty_lines,
    file_with,
    inventory_of,
    judging,
    marking_of,
    organizations,
    read_register,
    read_register_with,
    register_commit,
    tree_line,
    unread_lines,
)
from muniment.wiring.sources import Sources, costs, nothing, sources

__all__ = [
    "Moment",
    "NoDatabase",
    "Shelf",
    "Sources",
    "SystemClock",
    "all_checks",
    "at_one_go",
    "bundles",
    "bundles_without",
    "cache_directory",
    "channels",
    "check_channel",
    "code_version",
    "costs",
    "database_url",
    "declared",
    "empty_lines",
    "file_with",
    "founded",
    "holder",
    "inventory_of",
    "is_message_id",
    "judging",
    "mail_that_came_back",
    "marking_of",
    "means",
    "message_ids",
    "moment",
    "named_in_register",
    "nothing",
    "on_lists",
    "opened",
    "organizations",
    "outputs_naming",
    "package_at",
    "patches",
    "read_bundle",
    "read_clones",
    "read_register",
    "read_register_with",
    "register_commit",
    "replace_file",
    "site",
    "sources",
    "tree_line",
    "unread_lines",
    "with_found",
    "write_bundle",
    "write_list",
    "write_page",
    "write_private",
]
