"""What the demo's shop sells, and what people in its room say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goods:
    """One product: its words, price and weight, its variants with their units, and its drawing."""

    code: str
    title: str
    description: str
    price: int
    weight_grams: int
    colour: str
    units: tuple[tuple[str, int], ...]
    drawing: int


SHOP: dict[str, str | list[str]] = {
    "name": "Melati Kids",
    "contact_email": "halo@melati.example",
    "contact_phone": "0812-3456-7890",
    "recipient": "Sari Melati",
    "phone": "081234567890",
    "street": "Jl. Cihampelas No. 42",
    "place": "Coblong, Kota Bandung, Jawa Barat",
    "postcode": "40131",
    "bank": "BCA",
    "bank_account_number": "4470123456",
    "bank_account_holder": "Sari Melati",
    "nib": "9120001234567",
}

GOODS = (
    Goods(
        "A1",
        "Gaun Senja bintik",
        "Katun adem dengan bintik lembut, karet di pinggang, mudah dipakai sendiri oleh si kecil.",
        89_000,
        180,
        "terakota",
        (("2-3 th", 6), ("4-5 th", 8), ("6-7 th", 4)),
        0,
    ),
    Goods(
        "A2",
        "Kaus Ombak garis",
        "Kaus katun tebal bergaris putih. Warnanya tidak pudar walau sering dicuci.",
        55_000,
        140,
        "biru laut",
        (("2-3 th", 10), ("4-5 th", 12), ("6-7 th", 9)),
        1,
    ),
    Goods(
        "A3",
        "Gaun Kunyit polos",
        "Gaun polos warna kunyit untuk hari raya. Jahitan rapi, ada furing.",
        129_000,
        220,
        "kunyit",
        (("2-3 th", 5), ("4-5 th", 5)),
        2,
    ),
    Goods(
        "A4",
        "Overall Kebun",
        "Overall kanvas dengan saku depan besar. Tali bisa dipendekkan.",
        115_000,
        310,
        "hijau daun",
        (("3-4 th", 6), ("5-6 th", 6)),
        3,
    ),
)

NAMES = ("Budi", "Dewi", "Rina", "Agus", "Tuti", "Eka", "Wati", "Joko", "Lina", "Yanti")
LINES = (
    "halo kak, baru gabung",
    "bahannya adem gak kak?",
    "warnanya cantik banget",
    "ukuran 4-5 masih ada?",
    "kirim dari mana kak?",
    "anakku pasti suka",
    "yang A1 tolong dilihatkan lagi",
    "bisa COD?",
    "aku ambil satu ya kak",
    "ongkir ke Surabaya berapa?",
    "muat untuk anak 5 tahun?",
    "mantap kak, semoga laris",
    "jahitannya rapi ya",
    "ada warna lain?",
)
PLACES = (
    ("Gubeng, Kota Surabaya", "60281"),
    ("Banyumanik, Kota Semarang", "50261"),
    ("Gondokusuman, Kota Yogyakarta", "55221"),
    ("Denpasar Barat, Kota Denpasar", "80112"),
    ("Panakkukang, Kota Makassar", "90231"),
    ("Medan Baru, Kota Medan", "20153"),
)
