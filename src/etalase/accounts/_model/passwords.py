"""Which passwords are taken: length and guessability, no rules of composition (NIST SP 800-63B, 3.1.1.2).

The list is short and our own: what guessers try first here and everywhere. It is no wall by itself; the rate
limits on guessing are.
"""

import unicodedata

from etalase.kernel.errors import FieldProblem

MIN_LENGTH = 10
"""More than the 8 of NIST's third revision: there is no second factor yet, and a code by e-mail is the
comfortable way in."""
MAX_LENGTH = 128
"""Enough for any sentence; bounds the work of hashing."""
MIN_DISTINCT = 5

_STEMS = frozenset(
    """
    password passw0rd p4ssword passwort katasandi sandi rahasia kunci masuk login signin welcome
    selamat selamatdatang qwerty qwertyuiop qwertz asdfgh asdfghjkl zxcvbn zxcvbnm letmein iloveyou
    ilovemymom cintaku akucintakamu sayangku sayang cantik ganteng bismillah alhamdulillah
    insyaallah assalamualaikum allahuakbar indonesia indonesiaraya merdeka garuda pancasila jakarta
    bandung surabaya bandungjuara persib persija arema jogja yogyakarta doraemon naruto pokemon
    superman batman spiderman monkey dragon sunshine princess football baseball basketball starwars
    master shadow michael jennifer computer internet samsung xiaomi android iphone google facebook
    instagram tiktok whatsapp shopee tokopedia bukalapak lazada etalase etalasetoko toko tokoonline
    tokobaju onlineshop belanja jualan seller penjual juragan admin administrator administrasi root
    test testing percobaan contoh default changeme changeit gantisandi secret hello trustno freedom
    whatever blessed bangjago anakbaik
    """.split()  # noqa: SIM905 - a list of 150 strings reads worse
)

_RUNS = (
    "01234567890123456789",
    "09876543210987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)

_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


def normalise(password: str) -> str:
    """Return the form that is hashed: the same on each keyboard (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def find_problem(password: str, *, email: str = "", display_name: str = "") -> FieldProblem | None:
    """Tell what is wrong with a new password, or nothing."""
    chosen = normalise(password)
    if len(chosen) < MIN_LENGTH:
        return FieldProblem("password", "password_too_short", MIN_LENGTH)
    if len(chosen) > MAX_LENGTH:
        return FieldProblem("password", "too_long", MAX_LENGTH)
    if _is_guessable(chosen.casefold(), email=email, display_name=display_name):
        return FieldProblem("password", "password_guessable")
    return None


def _is_guessable(password: str, *, email: str, display_name: str) -> bool:
    if len(set(password)) < MIN_DISTINCT or any(password in run for run in _RUNS):
        return True
    own = {part.casefold() for part in (email, email.split("@", maxsplit=1)[0], display_name) if part}
    bare = _without_trimmings(password)
    return not bare or any(
        word in _STEMS or word in own or _is_doubled(word)
        for word in {bare, bare.translate(_LOOKALIKES), password}
    )


def _without_trimmings(password: str) -> str:
    """Drop what people put around a word to please a rule: digits, signs and spaces at both ends."""
    return password.strip("0123456789 !@#$%^&*()-_=+.,?/~'\"")


def _is_doubled(word: str) -> bool:
    half = len(word) // 2
    return len(word) % 2 == 0 and word[:half] == word[half:] and word[:half] in _STEMS
