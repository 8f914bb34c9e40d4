"""How people write the names of places: abbreviations, nicknames, old spellings, English. No I/O."""

import re
from collections.abc import Sequence

NOISE = re.compile(r"[^a-z0-9]+")
INITIALS = re.compile(r"\b(?:[a-z]\.){1,4}[a-z]?(?![a-z])")
NEIGHBOURHOOD = re.compile(r"\b(?:rt|rw|no)\b[\s./:-]*[0-9]{1,3}\b")
"""RT, RW and house numbers, which no list of places knows."""
ABBREVIATIONS = {
    "kab": "kabupaten",
    "kodya": "kota",
    "kotamadya": "kota",
    "kotamadia": "kota",
    "adm": "administrasi",
    "kep": "kepulauan",
    "kec": "",
    "kecamatan": "",
    "prov": "",
    "prop": "",
    "provinsi": "",
    "propinsi": "",
    "kel": "",
    "kelurahan": "",
    "desa": "",
    "indonesia": "",
    "jkt": "jakarta",
    "jak": "jakarta",
    "brt": "barat",
    "tmr": "timur",
    "tim": "timur",
    "utr": "utara",
    "slt": "selatan",
    "sltn": "selatan",
    "tgh": "tengah",
    "pst": "pusat",
    "i": "satu",
    "ii": "dua",
    "iii": "tiga",
    "iv": "empat",
    "jl": "jalan",
    "ds": "",
    "subdistrict": "",
    "district": "",
    "village": "",
    "java": "jawa",
    "sumatra": "sumatera",
    "sumatara": "sumatera",
    "celebes": "sulawesi",
    "borneo": "kalimantan",
    "moluccas": "maluku",
    "djawa": "jawa",
}
SHORT_NAMES = {
    "babel": "bangka belitung",
    "balam": "bandar lampung",
    "bdg": "bandung",
    "bdl": "bandar lampung",
    "bgr": "bogor",
    "bjb": "banjarbaru",
    "bjm": "banjarmasin",
    "bkl": "bengkulu",
    "bks": "bekasi",
    "bpn": "balikpapan",
    "bpp": "balikpapan",
    "btl": "bantul",
    "btm": "batam",
    "bwi": "banyuwangi",
    "crb": "cirebon",
    "di": "daerah istimewa",
    "diy": "daerah istimewa yogyakarta",
    "dki": "daerah khusus ibukota",
    "dpk": "depok",
    "dps": "denpasar",
    "gn": "gunung",
    "gsk": "gresik",
    "jabar": "jawa barat",
    "jakbar": "jakarta barat",
    "jakpus": "jakarta pusat",
    "jaksel": "jakarta selatan",
    "jaktim": "jakarta timur",
    "jakut": "jakarta utara",
    "jateng": "jawa tengah",
    "jatim": "jawa timur",
    "jbr": "jember",
    "jmb": "jambi",
    "jogja": "yogyakarta",
    "jogjakarta": "yogyakarta",
    "jogya": "yogyakarta",
    "jpr": "jepara",
    "kalbar": "kalimantan barat",
    "kalsel": "kalimantan selatan",
    "kaltara": "kalimantan utara",
    "kalteng": "kalimantan tengah",
    "kaltim": "kalimantan timur",
    "kb": "kebon",
    "kby": "kebayoran",
    "kdr": "kediri",
    "kds": "kudus",
    "kepri": "kepulauan riau",
    "klp": "kelapa",
    "kpg": "kupang",
    "krw": "karawang",
    "lpg": "lampung",
    "makasar": "makassar",
    "malut": "maluku utara",
    "mdn": "medan",
    "mdo": "manado",
    "mgl": "magelang",
    "mjk": "mojokerto",
    "mks": "makassar",
    "mlg": "malang",
    "mtr": "mataram",
    "nad": "aceh",
    "ntb": "nusa tenggara barat",
    "ntt": "nusa tenggara timur",
    "pd": "pondok",
    "pdg": "padang",
    "pku": "pekanbaru",
    "plb": "palembang",
    "plbg": "palembang",
    "plg": "palembang",
    "pnk": "pontianak",
    "ps": "pasar",
    "ptk": "pontianak",
    "pwk": "purwakarta",
    "pwt": "purwokerto",
    "sby": "surabaya",
    "sda": "sidoarjo",
    "sei": "sungai",
    "skb": "sukabumi",
    "slm": "sleman",
    "sltg": "salatiga",
    "smd": "samarinda",
    "smg": "semarang",
    "smr": "samarinda",
    "solo": "surakarta",
    "srg": "serang",
    "sulbar": "sulawesi barat",
    "sulsel": "sulawesi selatan",
    "sulteng": "sulawesi tengah",
    "sultra": "sulawesi tenggara",
    "sulut": "sulawesi utara",
    "sumbar": "sumatera barat",
    "sumsel": "sumatera selatan",
    "sumut": "sumatera utara",
    "tangsel": "tangerang selatan",
    "tgl": "tegal",
    "tgr": "tangerang",
    "tj": "tanjung",
    "tjg": "tanjung",
    "tn": "tanah",
    "tng": "tangerang",
    "tsm": "tasikmalaya",
    "yogja": "yogyakarta",
    "yogya": "yogyakarta",
}
"""What a place is called for short. A district may be called so in full, so both are looked up."""
DIRECTIONS = {
    "north": "utara",
    "south": "selatan",
    "east": "timur",
    "west": "barat",
    "central": "tengah",
    "southeast": "tenggara",
    "southwest": "barat daya",
}
ENGLISH = (
    (
        re.compile(r"\b(?:special )?(?:capital )?(?:city )?region of jakarta\b"),
        "daerah khusus ibukota jakarta",
    ),
    (re.compile(r"\bspecial region of yogyakarta\b|\byogyakarta special region\b"), "diy"),
    (re.compile(r"\bcentral jakarta\b"), "jakarta pusat"),
    (re.compile(r"\b(\w+(?: \w+)?) islands\b"), r"kepulauan \1"),
    (re.compile(r"\bkepulauan thousand\b"), "kepulauan seribu"),
    (re.compile(r"\b(\w+) regency\b"), r"kabupaten \1"),
    (re.compile(r"\b(\w+) city\b"), r"kota \1"),
)
_DIRECTED = re.compile(rf"\b({'|'.join(DIRECTIONS)}) (nusa tenggara|\w+)")
_OLD = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("sj", "sy"), ("ch", "kh"))
"""Spellings before 1972 (Ejaan yang Disempurnakan), which old names keep."""


def plain(text: str) -> str:
    """Fold a name to lower-case words, with abbreviations written out or left away."""
    lower = INITIALS.sub(lambda found: found[0].replace(".", ""), text.lower())
    words = NOISE.sub(" ", NEIGHBOURHOOD.sub(" ", lower)).split()
    return " ".join(filter(None, (ABBREVIATIONS.get(word, word) for word in words)))


def from_english(name: str) -> str:
    """Write what `plain` made of an English name in Indonesian: "west jawa" as "jawa barat"."""
    for english, indonesian in ENGLISH:
        name = english.sub(indonesian, name)
    return _DIRECTED.sub(lambda found: f"{found[2]} {DIRECTIONS[found[1]]}", name)


def modern(word: str) -> str:
    """Write a word as it is spelt today: "soerabaja" as "surabaya"."""
    for old, new in _OLD:
        word = word.replace(old, new)
    return word


def in_full(words: Sequence[str]) -> list[str]:
    """Write short names out."""
    return [part for word in words for part in SHORT_NAMES.get(word, word).split()]
