from __future__ import annotations

import io
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from graphql import build_ast_schema, parse, validate_schema
from graphql.validation.validate import validate_sdl

from muniment.testing.github import schema
from muniment.testing.github.schema import remake


def tarball(folder: Path, text: bytes) -> Path:
    path = folder / "package.tgz"
    with tarfile.open(path, "w:gz") as package:
        for name, data in (("package/schema.graphql", text), ("package/LICENSE.md", b"The MIT License\n")):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            package.addfile(member, io.BytesIO(data))
    return path


def named(source: schema.Source, integrity: str) -> schema.Source:
    return schema.Source(
        package=source.package,
        version=source.version,
        integrity=integrity,
        licence=source.licence,
        file=source.file,
        sha256="",
    )


def test_the_kept_schema_is_the_one_that_the_source_names() -> None:
    assert len(schema.text()) > 1_000_000  # text() compares the hash


def test_a_schema_that_was_changed_by_hand_is_not_used(tmp_path: Path) -> None:
    changed = tmp_path / "schema.graphql.gz"
    changed.write_bytes(remake.compressed(schema.text() + b"\n# more\n"))
    with pytest.raises(ValueError, match=r"SOURCE\.toml"):
        schema.text(changed)


def test_the_source_names_package_version_integrity_and_licence() -> None:
    source = schema.source()
    assert (source.package, source.licence) == ("@octokit/graphql-schema", "MIT")
    assert re.fullmatch(r"\d+\.\d+\.\d+", source.version)
    assert source.integrity.startswith("sha512-")
    assert "Licensed as MIT" in (schema.HERE / "LICENSE").read_text()


def test_it_is_made_again_from_the_package_named_alone(tmp_path: Path) -> None:
    path = tarball(tmp_path, b"type Query { one: Int }\n")
    source = named(schema.source(), remake.integrity(path.read_bytes()))
    made, digest, licence = remake.remake(path, source)
    assert made == remake.remake(path, source)[0] == remake.compressed(b"type Query { one: Int }\n")
    assert made[4:8] == b"\0\0\0\0"  # no date, so that the same schema is the same file
    assert len(digest) == 64
    assert licence == "The MIT License\n"
    with pytest.raises(ValueError, match="integrity"):
        remake.remake(path, schema.source())


def test_the_schema_is_valid_but_for_two_fields_defined_twice_and_deprecations_that_interfaces_lack() -> None:
    document = parse(schema.text().decode())
    assert {error.message for error in validate_sdl(document)} == {
        "Field 'EnterpriseOwnerInfo.repositoryDeployKeySetting' can only be defined once.",
        "Field 'EnterpriseOwnerInfo.repositoryDeployKeySettingOrganizations' can only be defined once.",
    }
    left = validate_schema(build_ast_schema(document, assume_valid_sdl=True))
    assert [error.message for error in left if not error.message.endswith("must not be deprecated.")] == []


def test_a_new_process_has_it_in_under_three_seconds() -> None:
    program = "import time; t = time.process_time(); from muniment.testing.github.schema import load; load(); "
    done = subprocess.run(
        [sys.executable, "-c", program + "print(time.process_time() - t)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert float(done.stdout) < 3
