"""Stories look at every page by the table of routes: the address of each can be told, or it is no page."""

from tests.stories.addresses import WORDS, addresses, unknown


def test_each_parameter_of_a_page_has_a_value_in_the_street() -> None:
    """Else say in `NO_PAGES` that scripts ask for it, or let the street have one of these (`_fill_…`)."""
    assert not unknown()
    assert len(list(addresses({word: ["x"] for word in WORDS}))) > 60
