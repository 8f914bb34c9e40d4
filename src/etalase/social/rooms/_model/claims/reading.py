"""From a line to a claim: everything that it says must have a meaning, and only one. No I/O.

A line is a claim by a word for it ("keep"), or by being nothing but an offer's code with what tells its
variants apart. Questions, refusals, stories and haggling are none, whatever codes they name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from etalase.social.rooms._model.claims import words
from etalase.social.rooms._model.claims.codes import Named, find_codes
from etalase.social.rooms._model.claims.counts import Said, count_up
from etalase.social.rooms._model.claims.lexicon import lexicon_of
from etalase.social.rooms._model.claims.tokens import MAX_TOKENS, Token, fold, split
from etalase.social.rooms._model.offers import OfferCard

STRANGE_WORDS = 1
"""How many words that mean nothing here a claim may have: a name, a joke."""

SHORT = 3


class ClaimDoubt(StrEnum):
    """Why a line that wants something is no claim yet."""

    WHICH_OFFER = "which_offer"
    WHICH_VARIANT = "which_variant"
    NO_SUCH_OFFER = "no_such_offer"
    NO_SUCH_VARIANT = "no_such_variant"
    HOW_MANY = "how_many"
    ONE_AT_A_TIME = "one_at_a_time"
    NOT_UNDERSTOOD = "not_understood"


class SaidByHost(StrEnum):
    """What a host says to all with a word or two."""

    SOLD = "sold"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class ClaimRead:
    """A claim: so many units of a variant."""

    product_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class UnclearClaim:
    """Something is wanted; `doubt` says what to ask back, `choices` are the variants to choose from."""

    doubt: ClaimDoubt
    product_id: UUID | None = None
    choices: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class HostWord:
    """A host's word about an offer, or about the one that is pinned."""

    said: SaidByHost
    product_id: UUID | None = None


Reading = ClaimRead | UnclearClaim | None
"""None is ordinary chat."""


def read_line(line: str, tray: Sequence[OfferCard], pinned: UUID | None = None) -> Reading:
    """Return what a viewer's line asks for, of the offers of this tray; without a code, of the pinned one."""
    named = find_codes(fold(line), tray)
    tokens = _without_praise(split(named.rest))
    if len(tokens) > MAX_TOKENS:
        return None
    cards = named.cards or tuple(card for card in tray if card.product_id == pinned)
    said = count_up(tokens, lexicon_of(cards[0]) if cards else None)
    doubt = _weigh(named, said, cards, tokens)
    if doubt is not _CLAIM:
        return doubt
    return _settle(cards[0], said)


def _without_praise(tokens: list[Token]) -> list[Token]:
    """Return the words of a claim without those that only please the host: "kakak cantik, keep A1"."""
    if not any(token.text in words.CLAIMING for token in tokens):
        return tokens
    before = [None, *(token.text for token in tokens)]
    return [
        token
        for token, last in zip(tokens, before, strict=False)
        if not (token.text in words.PRAISED and last in words.ADDRESSED)
    ]


def read_host_line(line: str, tray: Sequence[OfferCard], pinned: UUID | None = None) -> HostWord | None:
    """Return what a host tells everybody with a line of so few words that it can't mean something else."""
    named = find_codes(fold(line), tray)
    said = [token.text for token in split(named.rest) if token.text not in words.FILLING]
    if len(named.cards) > 1 or len(said) != 1:
        return None
    product_id = named.cards[0].product_id if named.cards else pinned
    if said[0] in words.HOST_SOLD and product_id is not None:
        return HostWord(SaidByHost.SOLD, product_id)
    if said[0] in words.HOST_NEXT and not named.cards:
        return HostWord(SaidByHost.NEXT)
    return None


_CLAIM = UnclearClaim(ClaimDoubt.NOT_UNDERSTOOD)
"""Stands for: it is a claim, now find of what."""


def _weigh(named: Named, said: Said, cards: tuple[OfferCard, ...], tokens: list[Token]) -> Reading:
    """Tell whether the line wants something, by its words alone."""
    if said.refuses or not _wants(named, said, cards, tokens):
        return None
    if said.asks:
        return _about(ClaimDoubt.NOT_UNDERSTOOD, cards) if said.claims and named.cards else None
    if said.strange > (STRANGE_WORDS if said.claims and named.cards else 0):
        says_all = said.claims or (said.strange == 1 and said.names_variant and said.names_quantity)
        return _about(ClaimDoubt.NOT_UNDERSTOOD, cards) if says_all and named.cards else None
    if named.is_strange or not cards:
        return UnclearClaim(ClaimDoubt.NO_SUCH_OFFER if named.is_strange else ClaimDoubt.WHICH_OFFER)
    if len(cards) > 1 or said.wants_several:
        return UnclearClaim(ClaimDoubt.ONE_AT_A_TIME)
    return _CLAIM


def _wants(named: Named, said: Said, cards: tuple[OfferCard, ...], tokens: list[Token]) -> bool:
    """Tell whether so few words can want something: a code, a word for it, or variant and quantity."""
    says_what = said.names_variant or said.names_quantity
    if named.cards:
        return named.is_sure or said.claims or not tokens or (says_what and not said.strange)
    if not cards:
        is_short = said.plainly and len(tokens) <= SHORT
        return (named.is_strange and (said.claims or says_what)) or is_short
    if said.claims:
        return True
    is_hope = (said.hopes and says_what) or (said.names_variant and said.names_quantity)
    return is_hope and not said.is_of_kin


def _settle(card: OfferCard, said: Said) -> Reading:
    """Return the one claim that the line's words fit, or what to ask."""
    if len(said.fits) == 1:
        ((variant_id, quantity),) = said.fits
        return ClaimRead(card.product_id, variant_id, quantity)
    if said.quantities_differ:
        return _about(ClaimDoubt.HOW_MANY, (card,))
    if not said.choices:
        return _about(ClaimDoubt.NO_SUCH_VARIANT, (card,))
    chosen = tuple(variant.variant_id for variant in card.variants if variant.variant_id in said.choices)
    return UnclearClaim(ClaimDoubt.WHICH_VARIANT, card.product_id, chosen)


def _about(doubt: ClaimDoubt, cards: tuple[OfferCard, ...]) -> UnclearClaim:
    if len(cards) != 1:
        return UnclearClaim(doubt)
    return UnclearClaim(
        doubt, cards[0].product_id, tuple(variant.variant_id for variant in cards[0].variants)
    )
