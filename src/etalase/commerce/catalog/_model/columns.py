"""What the columns of a file of products are called, by us and by other programs. No I/O.

A name is known however it is decorated: `Harga (Rp)*`, `BERAT [gram]` and `Nama Produk (wajib)` as well as
`price`, `weight_grams` and `title`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from etalase.kernel.fields import Fields

COLUMNS = ("code", "title", "description", "size", "colour", "price", "weight_grams", "sku", "stock")
MANY_TIMES = frozenset({"photos", "group"})
"""Columns that a file may have several of."""

_NAMES: Mapping[str, str] = {
    "code": "code kode kode_etalase kode_tampil kode_produk kode_barang show_code product_code",
    "title": "title judul nama nama_produk nama_barang nama_item name product_name product_title produk"
    " product",
    "description": "description deskripsi deskripsi_produk deskripsi_barang keterangan product_description"
    " body body_html",
    "size": "size ukuran",
    "colour": "colour color warna",
    "price": "price harga harga_jual harga_satuan harga_produk harga_barang unit_price variant_price",
    "weight_grams": "weight berat berat_produk berat_barang berat_paket berat_satuan product_weight",
    "sku": "sku kode_sku nomor_sku no_sku sku_produk sku_penjual seller_sku variant_sku sku_name",
    "stock": "stock stok jumlah_stok stok_produk stok_barang stok_tersedia qty quantity kuantitas"
    " variant_inventory_qty inventory_quantity jumlah",
    "photos": "photo photos foto gambar image images foto_produk gambar_produk product_image image_src"
    " link_foto link_gambar url_foto url_gambar image_url product_image_url foto_sampul cover_image"
    " item_image",
}
_SHOPIFY = {
    "group": "handle url_handle",
    "photos": "image_src variant_image product_image_url variant_image_url",
    "status": "status",
    "published": "published published_on_online_store",
    "option1_name": "option1_name",
    "option1_value": "option1_value",
    "option2_name": "option2_name",
    "option2_value": "option2_value",
    "option3_name": "option3_name",
    "option3_value": "option3_value",
    "weight_grams": "variant_grams weight_value",
}
_WOOCOMMERCE = {
    "id": "id",
    "kind": "type tipe jenis",
    "published": "published dipublikasikan terbit",
    "parent": "parent induk",
    "price": "regular_price harga_reguler harga_normal",
    "option1_name": "attribute_1_name nama_atribut_1",
    "option1_value": "attribute_1_value_s nilai_atribut_1",
    "option2_name": "attribute_2_name nama_atribut_2",
    "option2_value": "attribute_2_value_s nilai_atribut_2",
    "option3_name": "attribute_3_name nama_atribut_3",
    "option3_value": "attribute_3_value_s nilai_atribut_3",
}
_SHOPEE = {
    "group": "kode_produk product_id kode_integrasi_variasi variation_integration_no sku_induk parent_sku",
    "option1_name": "nama_variasi_1 variation_name1 variation_name_1",
    "option1_value": "varian_untuk_variasi_1 option_for_variation_1 nama_variasi variation_name",
    "option2_name": "nama_variasi_2 variation_name2 variation_name_2",
    "option2_value": "varian_untuk_variasi_2 option_for_variation_2",
    "photos": "foto_produk_per_varian image_per_variation",
    "sku": "sku kode_variasi",
}
_OF_SHOPEE_ALONE = frozenset(
    {"kode_variasi", "varian_untuk_variasi_1", "option_for_variation_1", "variation_integration_no"}
)
_UNITS = re.compile(r"_(?:rp|idr|rupiah|gr?|grams?|pcs|unit|buah|html|url|link)$")
_KILOS = re.compile(r"(.+)_(?:kg|kilo|kilogram)$")
_OTHER_UNITS = re.compile(r".+_(?:lbs?|pounds?|oz|ons|usd|sgd|myr)$")
_NUMBERED = re.compile(r"(.+?)_?\d{1,2}$")
_REMARK = re.compile(r"[(\[]\s*(?:wajib|opsional|optional|required|harus|maks?\b.*?|max\b.*?)\s*[)\]]|[*:]")
_EXPORTED_AT = re.compile(r"\s*(?:stock|stok)\s*@\s*(\S+)\s*", re.IGNORECASE)


class SpreadsheetSource(StrEnum):
    """Which program wrote the file."""

    ETALASE = "etalase"
    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    TOKOPEDIA = "tokopedia"
    SHOPEE = "shopee"
    OTHER = "other"


def _table(*layers: Mapping[str, str]) -> dict[str, str]:
    """Return each written name's column; what a later layer says of a name wins."""
    return {name: column for layer in layers for column, names in layer.items() for name in names.split()}


_TABLES: Mapping[SpreadsheetSource, Mapping[str, str]] = {
    SpreadsheetSource.SHOPIFY: _table(_NAMES, _SHOPIFY),
    SpreadsheetSource.WOOCOMMERCE: _table(_NAMES, _WOOCOMMERCE),
    SpreadsheetSource.SHOPEE: _table(_NAMES, _SHOPEE),
}
_GENERAL = _table(_NAMES)


def plain_name(written: str) -> str:
    """Return a column's name in small letters without decoration: `Harga (Rp)*` is `harga_rp`."""
    folded = unicodedata.normalize("NFKC", written).casefold()
    bare = _REMARK.sub(" ", folded)
    return re.sub(r"[\W_]+", "_", bare).strip("_")


def source_of(header: tuple[str, ...]) -> SpreadsheetSource:
    """Tell by its columns which program wrote the file."""
    names = {plain_name(name) for name in header}
    if names & {"handle", "url_handle"} and names & {"variant_price", "price", "option1_value"}:
        return SpreadsheetSource.SHOPIFY
    if names & {"regular_price", "harga_reguler", "harga_normal"} and names & {"type", "tipe", "jenis"}:
        return SpreadsheetSource.WOOCOMMERCE
    if names & _OF_SHOPEE_ALONE:
        return SpreadsheetSource.SHOPEE
    if "code" in map(_GENERAL.get, names) or any(_EXPORTED_AT.fullmatch(name) for name in header):
        return SpreadsheetSource.ETALASE
    return SpreadsheetSource.TOKOPEDIA if "nama_produk" in names else SpreadsheetSource.OTHER


def column_of(written: str, source: SpreadsheetSource) -> str | None:
    """Return what we call the column, `weight_kg` for one in kilos; None where we have no use for it."""
    if _EXPORTED_AT.fullmatch(written):
        return "stock"
    table = _TABLES.get(source, _GENERAL)
    name = plain_name(written)
    if name in table:
        return table[name]
    if kilos := _KILOS.match(name):
        return "weight_kg" if table.get(kilos[1]) == "weight_grams" else None
    if _OTHER_UNITS.match(name):
        return None
    bare = _UNITS.sub("", name)
    if bare in table:
        return table[bare]
    numbered = _NUMBERED.match(bare)
    return "photos" if numbered and table.get(numbered[1]) == "photos" else None


def columns_of(header: tuple[str, ...], source: SpreadsheetSource) -> tuple[str | None, ...]:
    """Return what we call each column. Of several that hold another program's SKU, the best known is one.

    A file of Shopee has its own number for each variation beside the shop's SKU.
    """
    columns = [column_of(name, source) for name in header]
    for place in by_worth("sku", columns, header, source)[1:]:
        columns[place] = None if source in _TABLES else "sku"
    return tuple(columns)


def by_worth(
    column: str, columns: Sequence[str | None], header: tuple[str, ...], source: SpreadsheetSource
) -> list[int]:
    """Return which columns of the file hold this one of ours, the best known first."""
    ranks = list(_TABLES.get(source, {}))
    found = [place for place, known in enumerate(columns) if known == column]
    return sorted(found, key=lambda place: _rank(ranks, plain_name(header[place])))


def _rank(ranks: list[str], name: str) -> int:
    return ranks.index(name) if name in ranks else len(ranks)


def exported_at(header: tuple[str, ...]) -> datetime | None:
    """Return the moment of which the stock in the file is true, where its export has noted it."""
    for name in header:
        if match := _EXPORTED_AT.fullmatch(name):
            return Fields().moment("exported_at", match[1])
    return None


def stock_column(moment: datetime) -> str:
    """Return the name of the stock's column in an export of this moment."""
    return f"stock@{moment.isoformat()}"
