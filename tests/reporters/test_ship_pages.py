"""The pages on who can ship: what was not seen never reads as nobody, and no gate is drawn that nobody saw."""

from __future__ import annotations

from msgspec.structs import replace

from muniment.model.tlp import TLP, Audience, Marking
from muniment.publish.alike import Alike
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.shipping import Bus, Shipping
from muniment.publish.view import build
from muniment.reporters import site
from muniment.reporters.site.paths import ship_path
from muniment.testing.material import CHECKS, NOW, material
from muniment.testing.shipping import ALMANAC, LODESTAR, PROXY, shipping


def files(*found: Shipping, audience: Audience = COUNCIL) -> dict[str, str]:
    made = replace(material(), shipping=found or shipping(NOW))
    told = site.files(project(build(made, CHECKS), audience))
    return {path: data.decode() for path, data in told.items()}


def rows(text: str) -> dict[str, list[str]]:
    """What the matrix says of each path, by the words of a row's head."""
    table = text.partition('class="fold matrix"')[2].partition("</tbody>")[0]
    found = {}
    for row in table.split("<tr ")[2:]:
        head = row.partition("</th>")[0]
        who = next(name for name in ("Bertil", "Joss", "stevedore", "release-bot") if name in head)
        found[who] = [cell.partition("</span>")[0] for cell in row.split('<span class="said">')[1:]]
    return found


def test_where_not_all_was_seen_not_to_be_on_a_path_proves_nothing() -> None:
    told = rows(files()[ship_path(LODESTAR)])

    assert told == {
        "Bertil": ["alone", "alone", "with a second person"],
        "Joss": ["no", "yes, but whether alone was not seen", "with a second person"],
        "stevedore": ["alone", "cannot be seen", "no"],
        "release-bot": ["no", "alone", "no"],
    }


def test_a_gate_is_drawn_where_a_second_person_was_seen_to_be_asked_and_a_question_where_not() -> None:
    text = files()[ship_path(LODESTAR)]

    assert text.count('<li class="gate">') == 1, "to approve asks a second person"
    assert text.count('<li class="gate unclear">') == 1 and "Does a second person agree?" in text
    assert '<li class="gate' not in files()[ship_path(ALMANAC)], "a role on a registry is enough"


def test_two_who_may_be_one_person_are_asked_about_beside_the_bus_factor_and_counted_apart() -> None:
    two = Alike(one="bertil", other="joss", called=("bertil", "joss"), strength="strong", why="One address.")
    other = replace(two, other="marit", called=("bertil", "marit"))
    made = replace(material(), shipping=shipping(NOW), alike=(replace(two, marking=Marking(TLP.AMBER)), other))
    text = site.files(project(build(made, CHECKS), COUNCIL))[ship_path(LODESTAR)].decode()

    assert text.count("May be one person") == 1 and "One address." in text
    assert rows(text).keys() == rows(files()[ship_path(LODESTAR)]).keys()


def test_the_workflow_that_publishes_is_named_with_what_its_name_is_worth() -> None:
    text = files()[ship_path(LODESTAR)]

    assert "Published by the workflow release.yml of" in text and "in the environment pypi" in text
    assert "its signature is not verified" in text
    assert "Published by" not in files()[ship_path(ALMANAC)]


def test_nobody_seen_is_not_nobody() -> None:
    text = files()[ship_path(PROXY)]

    assert "Nobody was seen who can" in text and "That is no proof that nobody can" in text
    assert "cannot tell" in text and "the registry leaves maintainers out" in text
    none = replace(shipping(NOW)[2], gaps=(), bus=Bus(0, 0))
    assert "By complete evidence, nobody is left who can." in files(none)[ship_path(PROXY)]


def test_the_list_begins_with_what_fewest_can_keep_alive_and_links_to_each() -> None:
    text = files()["ship.html"]
    places = [text.index(f'href="{ship_path(asset)}"') for asset in (PROXY, ALMANAC, LODESTAR)]

    assert places == sorted(places)
    assert "For 2 of them no more than one person was seen who can." in text
    assert f'href="../{ship_path(LODESTAR)}"' in files()["assets/pypi--lodestar.html"]


def test_machines_are_counted_apart_and_a_stranger_says_so() -> None:
    text = files()[ship_path(LODESTAR)]

    assert "3 people can, and 1 machine." in text and "unknown to the register" in text
    assert "Unknown to the register: 1." in text and "Without a strong second factor: 1." in text


def test_who_can_ship_is_for_those_who_answer_for_the_asset() -> None:
    lodestar = Audience(TLP.AMBER, frozenset({"almanac"}))
    own = files(audience=lodestar)

    assert ship_path(ALMANAC) in own and ship_path(LODESTAR) not in own
    assert not any(path.startswith("ship") for path in files(audience=PUBLIC))
    assert "stevedore" not in "".join(own.values())
