"""A brand's spelling and its banned terms."""

from contracts.values import BrandProfile, Colours, PreferredTerm
from copy_service.wording import banned_in, in_house_style


def _brand(banned: tuple[str, ...] = (), **preferred: str) -> BrandProfile:
    rules = tuple(PreferredTerm(use=use, instead_of=other) for other, use in preferred.items())
    colours = Colours(primary="#000000", accent="#ffffff")
    return BrandProfile(name="b", colours=colours, banned_terms=banned, preferred_terms=rules)


def test_preferred_term_replaces_the_other_and_leaves_itself_alone() -> None:
    assert in_house_style("サイトとWebサイト", _brand(サイト="Webサイト")) == "WebサイトとWebサイト"


def test_rules_that_point_at_each_other_do_not_loop() -> None:
    assert in_house_style("子供と子ども", _brand(子供="子ども")) == "子どもと子ども"


def test_banned_terms_are_found_in_any_width_and_case() -> None:
    assert banned_in("ＳＡＬＥ開催中", _brand(banned=("sale", "激安", " "))) == ["sale"]
