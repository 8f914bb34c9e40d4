"""What the words of a line come to: which variants they fit, how many, and what speaks against it. No I/O."""

from dataclasses import dataclass, field
from itertools import product
from uuid import UUID

from etalase.kernel.reading import read_number
from etalase.social.rooms._model.claims import words
from etalase.social.rooms._model.claims.lexicon import FUZZY_FROM, MAX_PHRASE, NONE, Lexicon, Variants
from etalase.social.rooms._model.claims.tokens import Kind, Token, is_near, squeeze

MAX_UNITS = 999
MAX_NUMBERS = 3
MAX_DIGITS = 3
NAME_MARKS = frozenset({"an", "a.n", "nama", "atasnama", "name"})
NAME_LENGTH = 3
NUMBER_MARKS = frozenset({"no"})


@dataclass
class Said:
    """What a line says. `fits` are the variants and quantities by which all of it has a meaning."""

    claims: bool = False
    hopes: bool = False
    refuses: bool = False
    asks: bool = False
    plainly: bool = False
    is_of_kin: bool = False
    strange: int = 0
    names_variant: bool = False
    wants_several: bool = False
    quantities: list[int] = field(default_factory=list)
    numbers: list[Token] = field(default_factory=list)
    wanted: list[Variants] = field(default_factory=list)
    fits: set[tuple[UUID, int]] = field(default_factory=set)
    choices: set[UUID] = field(default_factory=set)
    quantities_differ: bool = False

    @property
    def names_quantity(self) -> bool:
        """Tell whether the line says how many."""
        return bool(self.quantities or self.numbers)


def count_up(tokens: list[Token], lexicon: Lexicon | None) -> Said:
    """Give each token its meaning, then find what all meanings together fit."""
    said, place = Said(), 0
    while place < len(tokens):
        place += _take(said, tokens, place, lexicon)
    if lexicon is not None:
        _fit(said, lexicon)
    return said


def _take(said: Said, tokens: list[Token], place: int, lexicon: Lexicon | None) -> int:
    """Take in what stands at this place; return how many tokens that is."""
    token = tokens[place]
    for length in range(min(MAX_PHRASE, len(tokens) - place), 0, -1):
        phrase = tuple(one.text for one in tokens[place : place + length])
        found = lexicon.find(phrase) if lexicon else NONE
        if found and token.kind is Kind.NUMBER and length == 1:
            break  # it may count as well
        if found:
            said.names_variant = True
            said.wanted.append(found)
            return length
    if token.text in NAME_MARKS and place and place + 1 < len(tokens):
        return 1 + _name_length(tokens[place + 1 :], lexicon)
    is_number = token.text in NUMBER_MARKS and tokens[place + 1 : place + 2]
    if not (is_number and tokens[place + 1].kind in {Kind.NUMBER, Kind.RANGE}):
        _mean(said, token, lexicon)
    return 1


def _name_length(tokens: list[Token], lexicon: Lexicon | None) -> int:
    """Return how many words a buyer's name has, which nobody needs to understand."""
    length = 0
    for token in tokens[:NAME_LENGTH]:
        known = token.text in words.NUMBERS or token.text in words.FILLING
        if token.kind is not Kind.WORD or known or (lexicon and lexicon.find((token.text,))):
            break
        length += 1
    return length


def _mean(said: Said, token: Token, lexicon: Lexicon | None) -> None:
    match token.kind:
        case Kind.QUESTION:
            said.asks = True
        case Kind.PRICE:
            said.strange += 1
        case Kind.RANGE | Kind.SIZE:
            said.names_variant = True
            said.wanted.append(NONE)
        case Kind.COUNT:
            said.quantities.append(number_in(token.text) or 0)
        case Kind.NUMBER if number_in(token.text) is not None:
            said.numbers.append(token)
        case Kind.NUMBER:
            said.strange += 1
        case Kind.WORD:
            _mean_word(said, token.text, lexicon)


def _mean_word(said: Said, word: str, lexicon: Lexicon | None) -> None:
    """Take in a word; one that is misspelt by a letter counts where only one is meant."""
    short = squeeze(word)
    if word in words.NUMBERS:
        said.quantities.append(words.NUMBERS[word])
    elif word in words.SEVERAL:
        said.wants_several = True
    elif word in words.NOTHING_WANTED:
        said.refuses = True
    elif word in words.CLAIMING or short in words.CLAIMING_SQUEEZED:
        said.claims = True
        said.plainly = said.plainly or short in words.PLAINLY_SQUEEZED
    elif word in words.KIN:
        said.is_of_kin = True
    elif word in words.WANTING or short in words.WANTING:
        said.hopes = True
    elif _means_nothing(word, short) or (lexicon is not None and word in lexicon.title):
        pass
    elif word in words.ALIASES:
        said.names_variant = True
        said.wanted.append(NONE)
    else:
        _mean_strange(said, word, lexicon)


def _means_nothing(word: str, short: str) -> bool:
    return bool({word, short} & words.FILLING) or word in words.UNITS or word in words.LAUGHING


def _mean_strange(said: Said, word: str, lexicon: Lexicon | None) -> None:
    near = lexicon.find_near(word) if lexicon else NONE
    if near is None or near:
        said.names_variant = True
        said.wanted.append(frozenset(lexicon.variants) if lexicon and near is None else near or NONE)
        return
    claiming = {known for known in words.CLAIMING if len(known) > FUZZY_FROM and is_near(word, known)}
    refusing = {known for known in words.NOTHING_WANTED if len(known) > FUZZY_FROM and is_near(word, known)}
    if len(word) > FUZZY_FROM and refusing:
        said.refuses = True
    elif len(word) >= FUZZY_FROM and claiming:
        said.claims = True
    elif words.is_laughter(word):
        pass
    else:
        said.strange += 1


def _fit(said: Said, lexicon: Lexicon) -> None:
    """Find all pairs of variant and quantity that give each token a meaning."""
    if len(said.numbers) > MAX_NUMBERS:
        said.quantities_differ = True
        return
    options = [
        [fits for fits in (lexicon.find((token.text.lstrip("0") or "0",)), None) if fits is None or fits]
        for token in said.numbers
    ]
    quantities: set[int] = set()
    for meanings in product(*options):
        counts = [*said.quantities, *_counts(said.numbers, meanings)]
        if len(set(counts)) > 1 or any(not 0 < count <= MAX_UNITS for count in counts):
            continue
        quantities |= set(counts) or {1}
        variants = set(lexicon.variants)
        for fits in (*said.wanted, *(meaning for meaning in meanings if meaning is not None)):
            variants &= fits
        said.choices |= variants
        if len(variants) == 1:
            said.fits.add((variants.pop(), counts[0] if counts else 1))
    said.quantities_differ = not quantities or (
        len(said.fits) > 1 and len({variant for variant, _ in said.fits}) == 1
    )


def _counts(numbers: list[Token], meanings: tuple[Variants | None, ...]) -> list[int]:
    pairs = zip(numbers, meanings, strict=True)
    return [number_in(token.text) or 0 for token, meaning in pairs if meaning is None]


def number_in(text: str) -> int | None:
    """Return the number of a token such as "2", "x2" or "2x"; None for one that nobody could mean."""
    return read_number(text.strip("x*+ "), max_digits=MAX_DIGITS)
