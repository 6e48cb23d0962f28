"""Who maintains a recipe: in both formats, and what is not plain to see is never guessed. Recipes are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.collectors.recipes import LARGEST, Maintainers, Unreadable, maintainers

OLD = """\
{% set name = "callisto-lodestar" %}
{% set version = "2.2" %}
{%- if cuda %}
{% set build = 100 %}
{% endif %}

package:
  name: {{ name|lower }}
  version: {{ version }}

source:
  url: https://files.example/{{ name[0] }}/{{ name }}/{{ name }}-{{ version }}.tar.gz
  sha256: 0f   # [unix]
  sha256: 1f   # [win]

requirements:
  host:
    - python >=3.11
    {% if cuda %}
    - {{ compiler("cuda") }}
    {% endif %}
  run:
    - {{ pin_compatible("numpy", max_pin="x") }}

about:
  summary: "The library that all others steer by"
  description: |
    extra:
      recipe-maintainers:
        - not-a-maintainer

extra:
  feedstock-name: {{ name }}
  recipe-maintainers:
THEM"""

NEW = """\
schema_version: 1
context:
  version: "2.2"
package:
  name: callisto-lodestar
  version: ${{ version }}
requirements:
  run:
    - if: unix
      then: [bash]
extra:
  recipe-maintainers: [THEM]
"""


def old(*lines: str) -> Maintainers:
    return maintainers(OLD.replace("THEM", "".join(f"{line}\n" for line in lines)), jinja=True)


def test_the_older_format_names_its_maintainers_among_templates_and_selectors():
    assert old("    - grace-h", "    - 'ada-l'   # looks after releases") == Maintainers(("ada-l", "grace-h"))


def test_the_newer_format_names_them_too():
    assert maintainers(NEW.replace("THEM", "ada-l, grace-h"), jinja=False) == Maintainers(("ada-l", "grace-h"))


def test_one_who_is_named_twice_is_one_and_the_first_spelling_counts():
    assert old("    - Ada-L", "    - ada-l") == Maintainers(("Ada-L",))


def test_a_team_is_no_person_and_its_people_are_not_seen():
    found = old("    - ada-l", "    - callisto/releasers")
    assert found.logins == ("ada-l",)
    assert found.short == "teams maintain it, too: callisto/releasers"


def test_what_can_be_no_login_is_left_out_and_said():
    found = old("    - ada-l", '    - "\\e[31mred"', "    - a b")
    assert found == Maintainers(("ada-l",), "2 of the maintainers are no names of accounts")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("    - ada-l", "    - {{ who }}"), "computed"),
        (("    - ada-l", "    {% if win %}", "    - grace-h", "    {% endif %}"), "a template decides"),
        (("    {% if win %}", "    - grace-h", "    {% endif %}", "    - ada-l"), "a template decides"),
        (("    - ada-l", "    {% raw %}", "    - grace-h", "    {% endraw %}"), "a template decides"),
        (("    - ada-l", "    - grace-h   # [win]"), "depends on the platform"),
        (("    - ada-l", "  recipe-maintainers:", "    - grace-h"), "2 times"),
        (("    - ada-l", "extra:", "  recipe-maintainers: [grace-h]"), "2 times"),
        (("    - [ada-l]",), "not written as a name"),
        (("    - login: ada-l",), "not written as a name"),
        (("    ada-l: owner",), "no list"),
        (("    []",), "no maintainer"),
        (("    - ada-l", "{% endif %}"), "did not begin"),
        (("    - ada-l", "{% if win %}"), "does not end"),
        (("    - ada-l", "{{ 'unfinished"), "cannot be read"),
        (("    - ada-l", "  {"), "not YAML"),
        (("    - ada-l", "---", "extra: {recipe-maintainers: [grace-h]}"), "not one document"),
        (("    - ada-l", "  <<: *x"), "one mapping into another"),
        (("    - x7jinja7x",), "stands for computed"),
    ],
)
def test_what_is_not_plain_to_see_is_unreadable(lines: tuple[str, ...], why: str):
    with pytest.raises(Unreadable, match=why):
        old(*lines)


@pytest.mark.parametrize("text", ["", "- a\n", "a\n", "extra: []\n", "package: {name: x}\n", "extra:\n  x: 1\n"])
def test_a_recipe_that_names_nobody_is_unreadable_in_either_format(text: str):
    for jinja in (True, False):
        with pytest.raises(Unreadable):
            maintainers(text, jinja=jinja)


@pytest.mark.parametrize(
    "text",
    [
        "x: " + "[" * 60_000,
        "x:\n" + "- a\n" * 30_000 + "extra: {recipe-maintainers: [ada-l]}\n",
        "extra: {recipe-maintainers: [" + "a," * 1001 + "]}\n",
        "a: &a [x, x]\nb: &b [*a, *a]\nextra: {recipe-maintainers: *b}\n",
        "x" * (LARGEST + 1),
    ],
)
def test_a_recipe_made_to_tire_the_reader_is_put_aside(text: str):
    with pytest.raises(Unreadable):
        maintainers(text, jinja=False)


@given(st.text(alphabet=st.sampled_from("{}%#-:[]&*!|>'\"\n \tabextrif"), max_size=200))
def test_any_text_is_read_or_refused(text: str):
    for jinja in (True, False):
        for whole in (text, OLD.replace("THEM", text)):
            try:
                found = maintainers(whole, jinja=jinja)
            except Unreadable:
                continue
            assert found.logins or found.short
