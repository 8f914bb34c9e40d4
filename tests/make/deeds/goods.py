"""A shop's products, photos, stock, files and rates."""

from etalase.kernel.ids import new_code, new_id
from tests.make.deeds._deed import Deed, always, deed, own
from tests.make.neighbours import PICTURE, Neighbours

CSV = b"code,title,price,weight_grams\n%s,Rok,89000,200\n"


@deed("POST /desk/{slug}/products/new")
async def _add_product_by_form(_: Neighbours, __: str) -> Deed:
    return Deed(fields={"title": "Rok", "price": "89.000", "weight_grams": "200", "variants.0.size": "M"})


@deed("POST /api/v1/shops/{slug}/products")
async def _add_product(_: Neighbours, __: str) -> Deed:
    return Deed(document={"title": "Rok", "variants": [{"price_minor": 89_000, "weight_grams": 180}]})


@deed("POST /desk/{slug}/products/{product_id}")
async def _change_product_by_form(n: Neighbours, who: str) -> Deed:
    product = await n.stall_of(who).product()
    fields = {"title": "Rok", "price": "89.000", "weight_grams": "200", "variants.0.size": "M"}
    fields["variants.0.id"] = own(product.variants[0].id)
    return Deed({"product_id": own(product.id)}, fields=fields, refused=frozenset({404, 422}))


@deed("PUT /api/v1/shops/{slug}/products/{product_id}")
async def _change_product(n: Neighbours, who: str) -> Deed:
    product = await n.stall_of(who).product()
    variant = {"id": own(product.variants[0].id), "price_minor": 89_000, "weight_grams": 180}
    document = {"title": "Rok", "variants": [variant]}
    return Deed({"product_id": own(product.id)}, document=document, refused=frozenset({404, 422}))


@deed(
    "GET /desk/{slug}/products/{product_id}",
    "GET /desk/{slug}/products/{product_id}/stock",
    "POST /desk/{slug}/products/{product_id}/archive",
    "DELETE /api/v1/shops/{slug}/products/{product_id}",
)
async def _product(n: Neighbours, who: str) -> Deed:
    return Deed({"product_id": own((await n.stall_of(who).product()).id)})


@deed(
    "POST /desk/{slug}/products/{product_id}/restore",
    "POST /api/v1/shops/{slug}/products/{product_id}/restore",
)
async def _archived(n: Neighbours, who: str) -> Deed:
    return Deed({"product_id": own((await n.stall_of(who).archived()).id)})


@deed("POST /desk/{slug}/deals/new")
async def _start_deal_by_form(n: Neighbours, who: str) -> Deed:
    product = await n.stall_of(who).product()
    fields = {"offer": own(product.id), "percent": "20", "length": "30", "countdown": "0"}
    return Deed(fields=fields, refused=frozenset({404, 422}))


@deed("POST /api/v1/shops/{slug}/deals")
async def _start_deal(n: Neighbours, who: str) -> Deed:
    product = await n.stall_of(who).product()
    return Deed(document={"product_id": own(product.id)}, refused=frozenset({404, 422}))


@deed("GET /api/v1/shops/{slug}/deals/{deal_id}", "POST /api/v1/shops/{slug}/deals/{deal_id}/stop")
async def _deal(n: Neighbours, who: str) -> Deed:
    return Deed({"deal_id": own((await n.stall_of(who).deal()).id)})


@deed("POST /desk/{slug}/deals/{deal_id}/stop")
async def _stop_deal(n: Neighbours, who: str) -> Deed:
    return Deed({"deal_id": own((await n.stall_of(who).deal()).id)})


@deed("POST /desk/{slug}/deals/{deal_id}/extend")
async def _extend_deal_by_form(n: Neighbours, who: str) -> Deed:
    return Deed({"deal_id": own((await n.stall_of(who).deal()).id)}, fields={"seconds": "30"})


@deed("POST /api/v1/shops/{slug}/deals/{deal_id}/extend")
async def _extend_deal(n: Neighbours, who: str) -> Deed:
    return Deed({"deal_id": own((await n.stall_of(who).deal()).id)}, document={"seconds": 30})


@deed("POST /desk/{slug}/bundles/new")
async def _make_bundle_by_form(n: Neighbours, who: str) -> Deed:
    product = str((await n.stall_of(who).product()).id)
    fields = {"product-0": product, "quantity-0": "2", "product-1": product, "quantity-1": "1"}
    return Deed(fields=fields)


@deed("POST /api/v1/shops/{slug}/bundles")
async def _make_bundle(n: Neighbours, who: str) -> Deed:
    product = str((await n.stall_of(who).product()).id)
    return Deed(document={"items": [{"product_id": product, "quantity": 3, "free": 1}]})


@deed(
    "GET /api/v1/shops/{slug}/bundles/{bundle_id}",
    "POST /api/v1/shops/{slug}/bundles/{bundle_id}/stop",
    "POST /desk/{slug}/bundles/{bundle_id}/stop",
)
async def _bundle(n: Neighbours, who: str) -> Deed:
    return Deed({"bundle_id": own((await n.stall_of(who).bundle()).id)})


@deed("POST /desk/{slug}/vouchers/new")
async def _make_voucher_by_form(_n: Neighbours, _who: str) -> Deed:
    return Deed(fields={"kind": "amount", "off": "20.000", "code": new_code(6)})


@deed("POST /api/v1/shops/{slug}/vouchers")
async def _make_voucher(_n: Neighbours, _who: str) -> Deed:
    return Deed(document={"amount_minor": 20_000, "code": new_code(6)})


@deed(
    "GET /api/v1/shops/{slug}/vouchers/{voucher_id}",
    "POST /api/v1/shops/{slug}/vouchers/{voucher_id}/stop",
    "POST /desk/{slug}/vouchers/{voucher_id}/stop",
)
async def _voucher(n: Neighbours, who: str) -> Deed:
    return Deed({"voucher_id": own((await n.stall_of(who).voucher()).id)})


@deed("POST /desk/{slug}/products/{product_id}/move")
async def _move_product(n: Neighbours, who: str) -> Deed:
    return Deed({"product_id": own((await n.stall_of(who).product()).id)}, fields={"to": "up"})


@deed("PUT /api/v1/shops/{slug}/product-order")
async def _order_products(n: Neighbours, who: str) -> Deed:
    product_id = own((await n.stall_of(who).product()).id)
    return Deed(document={"product_ids": [product_id]}, refused=frozenset({404, 422}))


@deed("POST /desk/{slug}/products/{product_id}/photos")
async def _add_photos(n: Neighbours, who: str) -> Deed:
    return Deed({"product_id": own((await n.stall_of(who).product()).id)}, files={"photos": PICTURE})


@deed("POST /api/v1/shops/{slug}/products/{product_id}/photos")
async def _add_photo(n: Neighbours, who: str) -> Deed:
    return Deed({"product_id": own((await n.stall_of(who).product()).id)}, files={"photo": PICTURE})


@deed(
    "POST /desk/{slug}/products/{product_id}/photos/{photo_id}/lead",
    "POST /desk/{slug}/products/{product_id}/photos/{photo_id}/remove",
    "PUT /api/v1/shops/{slug}/products/{product_id}/photos/{photo_id}/lead",
    "DELETE /api/v1/shops/{slug}/products/{product_id}/photos/{photo_id}",
)
async def _photo(n: Neighbours, who: str) -> Deed:
    product, photo_id = await n.stall_of(who).photo()
    return Deed({"product_id": own(product.id), "photo_id": own(photo_id)})


@deed("POST /desk/{slug}/products/{product_id}/holds/{hold_id}/release")
async def _release_by_hand(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    hold_id = await stall.market.hold(f"cart:{new_id()}")
    product_id = stall.market.variants[0].product_id
    return Deed({"product_id": own(product_id), "hold_id": own(hold_id)}, fields={})


@deed("DELETE /api/v1/shops/{slug}/holds/{hold_id}")
async def _release_by_program(n: Neighbours, who: str) -> Deed:
    hold_id = await n.stall_of(who).market.hold(f"cart:{new_id()}")
    return Deed({"hold_id": own(hold_id)}, refused=frozenset({404, 409}))


@deed("POST /desk/{slug}/products/{product_id}/stock")
async def _move_stock_by_form(n: Neighbours, who: str) -> Deed:
    product = await n.stall_of(who).product()
    fields = {"variant_id": own(product.variants[0].id), "deed": "arrived", "quantity": "2"}
    return Deed({"product_id": own(product.id)}, fields=fields, refused=frozenset({404, 422}))


@deed(
    "GET /api/v1/shops/{slug}/variants/{variant_id}/stock",
    "GET /api/v1/shops/{slug}/variants/{variant_id}/movements",
)
async def _variant(n: Neighbours, who: str) -> Deed:
    return Deed({"variant_id": own((await n.stall_of(who).product()).variants[0].id)})


@deed("POST /api/v1/shops/{slug}/variants/{variant_id}/movements")
async def _move_stock(n: Neighbours, who: str) -> Deed:
    path = {"variant_id": own((await n.stall_of(who).product()).variants[0].id)}
    return Deed(path, document={"kind": "received", "quantity": 2}, headers={"idempotency-key": new_code()})


@deed("POST /desk/{slug}/products/import", "POST /api/v1/shops/{slug}/products/import/preview",
      "POST /api/v1/shops/{slug}/products/import")  # fmt: skip
async def _send_file(_: Neighbours, __: str) -> Deed:
    return Deed(files={"file": CSV % new_code(5).encode()})


@deed(
    "GET /desk/{slug}/products/import/{import_id}",
    "GET /desk/{slug}/products/import/{import_id}/news",
)
async def _file(n: Neighbours, who: str) -> Deed:
    return Deed({"import_id": own(await n.stall_of(who).file())})


@deed("POST /desk/{slug}/products/import/{import_id}")
async def _decide(n: Neighbours, who: str) -> Deed:
    return Deed({"import_id": own(await n.stall_of(who).file())}, fields={"stock": "kept"})


always("PUT /api/v1/shops/{slug}/shipping-rates", document={"rates": [{"service": "Reguler"}]})
always("PUT /api/v1/shops/{slug}/shipping-discount", document={"min_spend_minor": 100_000})
always("POST /desk/{slug}/shipping/discount", fields={"min_spend": "100.000", "amount": "20.000"})
always("POST /desk/{slug}/shipping", fields={"service-0": "Reguler", "flat-0": "9.000"})
