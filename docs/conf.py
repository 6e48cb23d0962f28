"""How the documentation is built. What can be generated from the code is (see ``_ext``), and is not committed."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "muniment"
author = "The muniment developers"
project_copyright = author
extensions = ["myst_parser", "muniment_reference"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "_ext", "_static"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "muniment"
html_copy_source = False
html_show_sphinx = False
nitpicky = True
