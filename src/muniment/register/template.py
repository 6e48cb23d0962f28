"""A register to start from: few lines, each of which explains itself, without a mistake from the first minute."""

from __future__ import annotations

import json
import re

from muniment.register.document import resolve

_PROJECT = """\
# Which project this register is about, and its own numbers. Files add up: names of files and their order are yours.
# Any *.yaml file in this directory counts. A run says what is wrong, with file and line: muniment plan .

project:
  id: {id}
  name: {name}
  marking: amber                 # who may see what is written of assets: clear (everybody), green, amber …

policy:
  evidence-max-age-default: 7    # days after which evidence counts as stale
  undecided-after: 90            # days after which an asset of unclear status is a finding

# The parts of the project that have people of their own.
subprojects:
  core:
    name: Core
    # seat: true              # it sends a member to the council
    # parts: [the library, its documentation]
"""

_ASSETS = """\
# What the project protects. The default subproject of this file's assets:
subproject: core

# status: official (ours) · unclear (nobody has decided) · archived (ours, at rest) · external (not ours, though
# people may think so). The reason names the document that says so.
assets:
  # pypi:NAME:
  #   status: official
  #   reason: listed in the README
  #   repository: github:repo/OWNER/NAME
  #   holders: {{owner: [ada, releasers]}}
  # npm:@SCOPE: {{status: official, reason: our scope}}
  # github:org/NAME: {{status: official, reason: our organization}}
  # domain:NAME: {{status: official, reason: our domain, attest: true}}   # attest: a person must look
"""

_PEOPLE = """\
# People and teams, each under a handle that the other files use.
parties:
  # ada:
  #   name: Ada Example
  #   accounts: {{github: ada-l, pypi: ada.l}}

teams:
  # releasers: {{members: [ada]}}
"""

_DECISIONS = """\
# Findings that somebody has decided to live with (muniment waive writes them), and what people saw with their own
# eyes where no interface can be asked.
waivers:

attestations:
  # - asset: domain:NAME
  #   by: ada
  #   seen: 2026-01-31
  #   until: 2026-07-31
  #   statement: two people hold the account at the registrar
"""


def identity(name: str) -> tuple[str, str]:
    """The id and the name of the project that somebody called ``name``."""
    words = " ".join("".join(c if c.isprintable() else " " for c in name).split())[:100] or "Our project"
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60] or "project", words


def starter(name: str) -> dict[str, str]:
    """The files of a new register for the project called ``name``: relative path → text."""
    id, words = identity(name)
    id = id if resolve(id) == id else json.dumps(id)
    texts = {
        "project.yaml": _PROJECT,
        "assets.yaml": _ASSETS,
        "people.yaml": _PEOPLE,
        "decisions.yaml": _DECISIONS,
    }
    return {file: text.format(id=id, name=json.dumps(words, ensure_ascii=False)) for file, text in texts.items()}
