"""Places as people type them: found, chosen only where nothing else can be meant, else asked."""

import pytest

from etalase.commerce import shipping
from etalase.web._places import PlaceChoice, choose_place


def choose(text: str) -> PlaceChoice:
    """Return what a form makes of the text."""
    return choose_place(text, "")


CHOSEN = {
    "beji depok": "Beji, Kota Depok",
    "rt 05 rw 03 kel. beji timur kec. beji depok": "Beji, Kota Depok",
    "RT.05/RW.03, Beji Timur, Beji, Depok": "Beji, Kota Depok",
    "kebayoran baru jaksel": "Kebayoran Baru, Kota Administrasi Jakarta Selatan",
    "kby baru": "Kebayoran Baru, Kota Administrasi Jakarta Selatan",
    "12110": "Kebayoran Baru, Kota Administrasi Jakarta Selatan",
    "lowokwaru malang jatim": "Lowokwaru, Kota Malang",
    "lowokwaru mlg": "Lowokwaru, Kota Malang",
    "Kec Lowokwaru Kota Malang": "Lowokwaru, Kota Malang",
    "laweyan solo": "Laweyan, Kota Surakarta",
    "55281": "Depok, Kabupaten Sleman",
    "depok sleman": "Depok, Kabupaten Sleman",
    "condong catur": "Depok, Kabupaten Sleman",
    "Ngaglik sleman jogja": "Ngaglik, Kabupaten Sleman",
    "Gamping, Sleman, D.I.Y.": "Gamping, Kabupaten Sleman",
    "Kasihan, Bantul, DI Yogyakarta 55181": "Kasihan, Kabupaten Bantul",
    "jakpus menteng": "Menteng, Kota Administrasi Jakarta Pusat",
    "Menteng, Central Jakarta": "Menteng, Kota Administrasi Jakarta Pusat",
    "kb jeruk jakbar": "Kebon Jeruk, Kota Administrasi Jakarta Barat",
    "TEBET JAKARTA SELATAN 12810": "Tebet, Kota Administrasi Jakarta Selatan",
    "Tebet, South Jakarta, Indonesia": "Tebet, Kota Administrasi Jakarta Selatan",
    "tebet jaksel dki jakarta": "Tebet, Kota Administrasi Jakarta Selatan",
    "tj. priok": "Tanjung Priok, Kota Administrasi Jakarta Utara",
    "tanjungpriok": "Tanjung Priok, Kota Administrasi Jakarta Utara",
    "kramat jati jaktim": "Kramatjati, Kota Administrasi Jakarta Timur",
    "setia budi jaksel": "Setiabudi, Kota Administrasi Jakarta Selatan",
    "coblong bdg": "Coblong, Kota Bandung",
    "bandung coblong": "Coblong, Kota Bandung",
    "Coblong, Bandoeng": "Coblong, Kota Bandung",
    "dago bandung": "Coblong, Kota Bandung",
    "Kel. Sukajadi, Kec. Sukajadi, Kota Bandung": "Sukajadi, Kota Bandung",
    "buahbatu bdg": "Buahbatu, Kota Bandung",
    "Bojongsoang Kab Bandung": "Bojongsoang, Kabupaten Bandung",
    "kec. cibinong kab. bogor": "Cibinong, Kabupaten Bogor",
    "Cibinong, Bogor Regency, West Java": "Cibinong, Kabupaten Bogor",
    "kota bogor tengah": "Bogor Tengah, Kota Bogor",
    "bekasi barat": "Bekasi Barat, Kota Bekasi",
    "Tambun Selatan Bekasi 17510": "Tambun Selatan, Kabupaten Bekasi",
    "gubeng sby": "Gubeng, Kota Surabaya",
    "Goebeng, Soerabaja": "Gubeng, Kota Surabaya",
    "waru sda": "Waru, Kabupaten Sidoarjo",
    "tembalang smg": "Tembalang, Kota Semarang",
    "serpong tangsel": "Serpong, Kota Tangerang Selatan",
    "Ciputat, South Tangerang": "Ciputat, Kota Tangerang Selatan",
    "denpasar sel": "Denpasar Selatan, Kota Denpasar",
    "Ubud, Bali": "Ubud, Kabupaten Gianyar",
    "kuta, badung": "Kuta, Kabupaten Badung",
    "medan sunggal": "Medan Sunggal, Kota Medan",
    "smd ulu": "Samarinda Ulu, Kota Samarinda",
    "ABEPURA, JAYAPURA, PAPUA": "Abepura, Kota Jayapura",
    "Siantar, Simalungun": "Siantar, Kabupaten Simalungun",
    "Pd. Gede, Bekasi": "Pondokgede, Kota Bekasi",
    "pd. gede": "Pondokgede, Kota Bekasi",
    "gn sindur": "Gunungsindur, Kabupaten Bogor",
    "gn. putri, kab bogor": "Gunungputri, Kabupaten Bogor",
    "Ilir Timur I, Palembang": "Ilir Timur Satu, Kota Palembang",
    "ilir barat II": "Ilir Barat Dua, Kota Palembang",
    "Seberang Ulu I Plg": "Seberang Ulu Satu, Kota Palembang",
    "tebet, jak-sel": "Tebet, Kota Administrasi Jakarta Selatan",
    "Kebayoran Baru jak sel": "Kebayoran Baru, Kota Administrasi Jakarta Selatan",
    "kebon jeruk jkt brt": "Kebon Jeruk, Kota Administrasi Jakarta Barat",
    "bekasi slt": "Bekasi Selatan, Kota Bekasi",
    "cengkareng jak bar 11730": "Cengkareng, Kota Administrasi Jakarta Barat",
    "rungkut kidul": "Rungkut, Kota Surabaya",
    "60111": "Sukolilo, Kota Surabaya",
    "menteng bogor": "Bogor Barat, Kota Bogor",
}
ASKED = {
    "jaksel": "Kota Administrasi Jakarta Selatan",
    "jkt selatan": "Kota Administrasi Jakarta Selatan",
    "South Jakarta": "Kota Administrasi Jakarta Selatan",
    "djakarta selatan": "Kota Administrasi Jakarta Selatan",
    "Central Jakarta": "Kota Administrasi Jakarta Pusat",
    "KAB. BANDUNG BARAT": "Kabupaten Bandung Barat",
    "kodya bandung": "Kota Bandung",
    "bandoeng": "Kota Bandung",
    "bandng": "Kota Bandung",
    "Bandung City, West Java": "Kota Bandung",
    "Bandung Regency": "Kabupaten Bandung",
    "tangsel": "Kota Tangerang Selatan",
    "jogja": "Kota Yogyakarta",
    "D.I. Yogyakarta": "Kota Yogyakarta",
    "surabya": "Kota Surabaya",
    "smarang": "Kabupaten Semarang",
    "denpsar": "Kota Denpasar",
    "dps": "Kota Denpasar",
    "btam": "Kota Batam",
    "balam": "Kota Bandar Lampung",
    "pare-pare": "Kota Parepare",
    "baubau": "Kota Bau Bau",
    "bukit tinggi": "Kota Bukittinggi",
    "palangka raya": "Kota Palangkaraya",
    "pangkalpinang": "Kota Pangkal Pinang",
    "padang sidempuan": "Kota Padangsidimpuan",
    "gunung kidul": "Kabupaten Gunungkidul",
    "kulonprogo": "Kabupaten Kulon Progo",
    "Tjirebon": "Kabupaten Cirebon",
    "Poerwokerto": "Kabupaten Banyumas",
    "Kota Depok": "Kota Depok",
    "coblnog bandung": "Kota Bandung",
    "Tebet 12110": "Kota Administrasi Jakarta Selatan",
    "Cihampelas, Coblong, Bandung, Indonesia": "Kota Bandung",
    "Coblong Bandung 12110": "Kota Bandung",
    "Cengkareng 12110": "Kota Administrasi Jakarta Barat",
    "beji depk": "Kota Depok",
    "Jl. Melati No. 5, Beji, Depok 16421": "Kota Depok",
    "Perum Griya Asri Blok C2 No 14, Tambun Selatan, Bekasi, Jawa Barat 17510, Indonesia": "Kabupaten Bekasi",
}
PROVINCES = {
    "West Java": "Jawa Barat",
    "jabar": "Jawa Barat",
    "jawa barat": "Jawa Barat",
    "Central Java": "Jawa Tengah",
    "East Java": "Jawa Timur",
    "North Sumatra": "Sumatera Utara",
    "Southeast Sulawesi": "Sulawesi Tenggara",
    "West Nusa Tenggara": "Nusa Tenggara Barat",
    "Riau Islands": "Kepulauan Riau",
    "DIY": "Daerah Istimewa Yogyakarta",
    "Yogyakarta Special Region": "Daerah Istimewa Yogyakarta",
    "sleman jogja": "Daerah Istimewa Yogyakarta",
    "Denpasar, Bali": "Bali",
    "sumbar": "Sumatera Barat",
}
SEVERAL = [
    "Beji",
    "Depok, Jawa Barat",
    "menteng",
    "kemang",
    "kuta",
    "siantar",
    "sukajadi",
    "tanah abang",
    "solok",
    "Sleman",
    "makassar",
    "kuningan",
    "Beji Depok 16999",
    "kel menteng",
    "nusa dua",
    "sum bar",
    "bintaro",
    "grogol",
    "caturtunggal",
]


@pytest.mark.parametrize("text", CHOSEN)
def test_what_can_mean_one_place_is_that_place(text: str) -> None:
    place = choose(text).place
    assert place is not None
    assert f"{place.district}, {place.city}" == CHOSEN[text]


@pytest.mark.parametrize("text", ASKED)
def test_a_city_is_asked_for_its_district(text: str) -> None:
    choice = choose(text)
    assert choice.place is None
    assert choice.candidates[0].city == ASKED[text]


@pytest.mark.parametrize("text", PROVINCES)
def test_a_province_is_found_by_any_of_its_names(text: str) -> None:
    choice = choose(text)
    assert choice.place is None
    assert {place.province for place in choice.candidates} == {PROVINCES[text]}


@pytest.mark.parametrize("text", SEVERAL)
def test_what_may_mean_several_is_asked_and_never_guessed(text: str) -> None:
    choice = choose(text)
    assert choice.place is None
    assert choice.candidates


def test_only_that_regency_is_meant_by_its_full_name() -> None:
    assert {place.city for place in choose("KAB. BANDUNG BARAT").candidates} == {"Kabupaten Bandung Barat"}


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("55281", "55281"),
        ("Tebet Jakarta Selatan DKI Jakarta 12810 Indonesia", "12810"),
        ("condong catur", "55283"),
        ("Condongcatur, Depok, Sleman", "55283"),
        ("Ubud, Bali", "80571"),
        ("Coblong, Bandung", ""),
    ],
)
def test_the_postcode_follows_from_the_text_where_it_can(text: str, postcode: str) -> None:
    assert choose(text).postcode("") == postcode


@pytest.mark.parametrize("text", ["", " ,. ", "xyzzy", "99999", "\u0000", "Ω", "a" * 5000, "1 " * 500])
def test_nothing_is_found_for_nonsense(text: str) -> None:
    assert choose(text).place is None


@pytest.mark.parametrize("text", ["a b c d e f g h i j", "qq " * 40, "kebayoran lama baru " * 6])
def test_a_look_up_looks_at_a_bounded_number_of_words(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each word is looked up by bisection, at most 10 of them, and slips of 30 letters at most."""
    asked: list[str] = []
    words = shipping.gazetteer()._words
    beginning = type(words).beginning

    def count(self: object, start: str) -> set[int]:
        asked.append(start)
        return beginning(self, start)  # type: ignore[arg-type]  # it is the class's own

    monkeypatch.setattr(type(words), "beginning", count)
    choose(text)
    assert len(asked) <= 300
