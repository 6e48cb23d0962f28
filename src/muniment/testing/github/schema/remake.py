"""Makes the kept copy of GitHub's GraphQL schema again, from the package that ``SOURCE.toml`` names.

    python -m muniment.testing.github.schema.remake [TARBALL]

Without a tarball, npm is asked for it. To take a newer version, write its version and integrity into
``SOURCE.toml`` first (``npm view @octokit/graphql-schema version dist.integrity``).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from muniment.testing.github.schema import FILE, HERE, Source, source


def packed(source: Source, folder: Path) -> Path:
    """The package's tarball, fetched by npm from the registry that npm is set to."""
    name = f"{source.package}@{source.version}"
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), name]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tgz"))


def integrity(data: bytes) -> str:
    """npm's word for some bytes: ``sha512-`` and their digest."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def compressed(data: bytes) -> bytes:
    """The bytes as gzip, the same every time: without a name or a date."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def remake(tarball: Path, source: Source) -> tuple[bytes, str, str]:
    """The compressed schema, its SHA-256 and the licence; ``ValueError`` unless the tarball is the one named."""
    if integrity(tarball.read_bytes()) != source.integrity:
        raise ValueError(f"{tarball} is not {source.package} {source.version}: its integrity hash differs")
    with tarfile.open(tarball) as package:
        schema, licence = package.extractfile(source.file), package.extractfile("package/LICENSE.md")
        if schema is None or licence is None:
            raise ValueError(f"{tarball} holds no {source.file}, or no licence")
        text = schema.read()
        return compressed(text), hashlib.sha256(text).hexdigest(), licence.read().decode()


def main(arguments: list[str]) -> None:
    """Write the schema, its licence, and its hash into ``SOURCE.toml``."""
    wanted = source()
    with tempfile.TemporaryDirectory() as folder:
        tarball = Path(arguments[0]) if arguments else packed(wanted, Path(folder))
        schema, digest, licence = remake(tarball, wanted)
    FILE.write_bytes(schema)
    (HERE / "LICENSE").write_text(licence, encoding="utf-8")
    described = HERE / "SOURCE.toml"
    lines = re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', described.read_text(encoding="utf-8"))
    described.write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
