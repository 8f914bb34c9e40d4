from etalase.platform import i18n


def test_a_language_without_plurals_has_one_form_for_every_number() -> None:
    with i18n.speaking("id"):
        forms = {i18n.ngettext("%(number)s left", "%(number)s left", number) for number in (0, 1, 2, 30)}
    assert forms == {f"sisa {number}" for number in (0, 1, 2, 30)}


def test_english_counts_one_apart() -> None:
    with i18n.speaking("en"):
        assert i18n.ngettext("%(number)s offer", "%(number)s offers", 1) == "1 offer"
        assert i18n.ngettext("%(number)s offer", "%(number)s offers", 2) == "2 offers"
