"""How a repository comes by a security policy."""

from __future__ import annotations

from muniment.campaigns.remedy import Remedy

POLICY = """\
# Security

Please report a vulnerability in private, and not in an issue or a pull request: on the page "Security" of the
repository, choose "Report a vulnerability". Only you and the maintainers see what you write there.

Tell us which version you looked at, what somebody could do with it, and how it can be seen. You get an answer in
the same place. Please give us time to mend it before you tell others; we name you in the advisory unless you would
rather not be named.
"""

REMEDY = Remedy(
    check="repositories/no-security-policy",
    wrong="no security policy",
    todo="Say where a vulnerability is reported",
    page="https://github.com/{name}/security/policy",
    clicks='"Start setup", and write how to report in private. One SECURITY.md in the repository .github of an '
    "organization counts for all its repositories that have none. Turn private reporting on first: the text below "
    "leads there.",
    patch="diff --git a/SECURITY.md b/SECURITY.md\nnew file mode 100644\n--- /dev/null\n+++ b/SECURITY.md\n"
    f"@@ -0,0 +1,{len(POLICY.splitlines())} @@\n" + "".join(f"+{line}\n" for line in POLICY.splitlines()),
)
