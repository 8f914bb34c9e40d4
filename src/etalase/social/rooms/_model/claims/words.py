"""The words of those who buy by comment, in Indonesian and English, as they type them. No I/O."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CLAIMING = _words(
    "keep kip keeep fix fiks mine amankan booking book booked order pesan pesen pesn bungkus angkut "
    "sikat checkout co take grab hold simpan simpen deal gas gass gaskeun iwant reserve buy beli"
)
"""Who writes one of these beside a code, or while an offer is pinned, wants it."""
PLAINLY = _words("keep fix mine order pesan booking book amankan bungkus")
"""Those that mean a purchase even where nothing is shown."""
WANTING = _words(
    "mau mo pengen pingin want ambil ambl minta need me i saya sy aku aq akuu gue gw punyaku punyaq punya"
)
"""Words of a claim that people use as often for other things: beside a code they count."""

ASKING = _words(
    "berapa brp brapa berapaan apa apakah ada adakah kapan gimana gmn bagaimana kenapa knp mana dimana "
    "kah how much what when where why which who is are does do can could bisa boleh price harga hrg "
    "ready redi stok stock masih msh still bahan material lingkar ld panjang detail spill coba tunjukin "
    "show tanya ask cod ongkir diskon discount nego kurang murah mahal cheap expensive size-chart muat "
    "cocok fit fits warna-apa measurement length bust review lihat liat see sampe"
)
NEGATING = _words(
    "gak ga gk nggak ngga enggak engga tidak tdk bukan jangan jgn no not nope dont don't batal cancel "
    "cancelled canceled kecuali belum blm never without skip release lepas"
)
REPORTING = _words(
    "sudah udah udh sdh dah kemarin kmrn kemaren tadi td pernah dapat dapet dpt got received sampai "
    "nyampe terima arrived bagus bgs cantik cakep lucu keren nice pretty beautiful cute love suka like "
    "bestie tapi tp but kalau kalo klo if semoga moga hope besok tomorrow nanti ntar later yang-mana "
    "pakai pake wear wearing habis abis sold soldout laku out rebutan kalah telat kehabisan restock "
    "restok lain other orang dia mereka someone she he they their temen temanku everyone yesterday "
    "already was were had have has them luntur rusak sobek komplain complaint retur return refund paket "
    "parcel resi kurir calm going on up screenshot ss foto photo video live host admin-nya baju bajunya "
    "model modelnya looks look same sama dengan than vs atau or hati-hati tunggu wait coming soon "
    "setelah before after cm kg mm gram katun jam o'clock menit minutes pm am guys everybody semangat "
    "congrats selamat"
)
"""Words of those who ask, decline, compare or tell: beside one of them nothing is a claim."""
NOTHING_WANTED = ASKING | NEGATING | REPORTING

FILLING = _words(
    "kak ka kakak kk sis sist sista bun bunda bu ibu mbak mba min admin mimin om pak bang bro gan agan mimin "
    "cik ci cece ko koko dek say sayang beb dear ya yaa y yah iya yes yep ok oke okay okey pls plis "
    "please tolong tlg dong donk deh sih aja saja doang just only dulu first now sekarang skrg langsung "
    "buat bwt untuk utk utuk for the a an of in one's yang yg ini itu this that dan and with di nya "
    "punya thanks thank you thx tks ty tq banyak umur makasih mksh makasi trims trimakasih terima-kasih "
    "hai halo hello hi hey woi permisi sama-sama size sz ukuran uk warna wrn color colour clr kode code "
    "no nomor nomer number num barang produk totalnya total qty jumlah jml sebanyak pc pcs pieces piece "
    "biji buah bh potong ptg lembar lbr helai unit units set stel q ku kirim wa via telp transfer tf "
    "cepat cepet fast quick juga jg too also mah nih ni nie tuh loh lho banget bgt eh oh my to get ill "
    "i'll id like i'd would lah la yuk ayo then trus terus gpp sip siap rek cuy lagi again th thn tahun "
    "yr yrs year years yo bln bulan month months mo"
)
"""Words that change nothing about a claim."""

KIN = _words(
    "anak anakku adik adikku adek mama mamaku suami suamiku istri istriku ibuku kakakku kids mum mom"
)
"""For whom it is, beside a code or a word for a claim; alone it tells of a family."""
ADDRESSED = _words("kak kakak kk sis sista bun bunda mbak mba min mimin admin cici cece bang bro")
PRAISED = _words("cantik ganteng cakep baik manis baikhati")
"""After a word for whom is spoken to, beside a word for a claim, these praise the host and not the goods."""
UNITS = _words("pc pcs pieces piece biji buah bh potong ptg lembar lbr helai unit units set stel pasang x ea")
NUMBERS = {
    "satu": 1, "sati": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "lapan": 8, "sembilan": 9, "sepuluh": 10, "sebelas": 11, "selusin": 12, "lusin": 12, "sebiji": 1,
    "sebuah": 1, "sepotong": 1, "selembar": 1, "sepasang": 1, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "dozen": 12, "couple": 2, "double": 2,
    "single": 1,
}  # fmt: skip
SEVERAL = _words(
    "semua semuanya all both dua-duanya duaduanya duanya dua2nya masing-masing masing2 each every "
    "beberapa some"
)
"""Words that want more than one thing at once: those are asked for one by one."""

_SAME = (
    "merah red mrh merahh abang",
    "biru blue bru birunya",
    "hitam black htm item itam hitem blek",
    "putih white pth putihh whit",
    "hijau green ijo hijo hjau",
    "kuning yellow kng kuningg",
    "ungu purple violet",
    "pink merahmuda pinky pingk",
    "abu abu-abu abuabu grey gray abu2",
    "coklat cokelat brown coklt choco chocolate",
    "krem cream crem krim creme",
    "navy biru-tua birutua dongker donker",
    "maroon marun maron merah-hati",
    "oranye orange oren jingga orens",
    "mint mintgreen",
    "mustard mustar",
    "peach pich",
    "lilac lilak lavender",
    "tosca toska turquoise",
    "emas gold golden",
    "perak silver",
    "beige beis",
    "khaki kaki",
    "salem salmon",
    "denim jeans jins",
    "xs extrasmall",
    "s small kecil",
    "m medium sedang med",
    "l large besar",
    "xl extralarge",
    "xxl 2xl",
    "xxxl 3xl",
    "xxxxl 4xl",
    "allsize all-size freesize free-size onesize one-size",
    "polos plain",
    "motif printed pattern",
    "kotak checked plaid kotak-kotak",
    "garis stripe striped stripes garis-garis",
    "bunga floral flower bunga-bunga",
    "panjang long",
    "pendek short",
)
"""Words for one colour, size or cut; each group's first stands for all."""
ALIASES: dict[str, str] = {word: group.split()[0] for group in _SAME for word in group.split()}
"""Each known name of a colour or size, and the one that stands for it."""
AGES = _words("th thn tahun yr yrs year years y yo bln bulan month months mo t")
"""What a size of children's clothes is counted in: "4-5 th" is found by "4-5"."""

HOST_SOLD = _words("sold soldout habis abis laku closed close tutup")
HOST_NEXT = _words("next lanjut selanjutnya berikutnya nextt skip")

CLAIMING_SQUEEZED = frozenset(re.sub(r"(.)\1+", r"\1", word) for word in CLAIMING)
PLAINLY_SQUEEZED = frozenset(re.sub(r"(.)\1+", r"\1", word) for word in PLAINLY)
"""The same with each repeated letter once, for "keeeep"."""
LAUGHING = _words("wkwk haha hehe hihi xixi lol lmao")
_LAUGHTER = re.compile(r"(?:wk|kw|ha|he|hi|xi|ah)+[wkhaeix]?|a+h*|o+h*|u+h*|y+[ae]*|h+m+")


def is_laughter(word: str) -> bool:
    """Tell whether the word only makes a noise."""
    return _LAUGHTER.fullmatch(word) is not None
