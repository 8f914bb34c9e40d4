"""A shop's details and its staff."""

from etalase.kernel.ids import new_code
from tests.make.deeds._deed import Deed, always, deed, own
from tests.make.neighbours import PICTURE, Neighbours
from tests.make.shops import qris

PLACE = "Coblong, Kota Bandung, Jawa Barat"
ORIGIN = {
    "recipient": "Ibu Sari",
    "phone": "0812-3456-7890",
    "street": "Jl. Kenanga 7",
    "district": "Coblong",
    "city": "Bandung",
    "province": "Jawa Barat",
    "postcode": "40132",
}


SHOP = {
    "name": "Kancil",
    **{name: ORIGIN[name] for name in ("recipient", "phone", "street", "postcode")},
    "place": PLACE,
    "contact_email": "halo@kancil.example",
}


@deed("POST /desk/new-shop", "POST /desk/{slug}/settings", "POST /desk/{slug}/settings/logo/remove")
async def _shop_form(n: Neighbours, who: str) -> Deed:
    name = f"{n.stall_of(who).shop.name} {new_code(4)}"
    return Deed(fields=SHOP | BANK | {"name": name, "qris_static": qris()})


@deed("POST /api/v1/shops", "PUT /api/v1/shops/{slug}")
async def _shop_document(n: Neighbours, who: str) -> Deed:
    name = f"{n.stall_of(who).shop.name} {new_code(4)}"
    account = {"bank": "BCA", "number": "1234567890", "holder": "Sari"}
    document = {"name": name, "origin": ORIGIN, "contact_email": "halo@kancil.example"}
    return Deed(document=document | {"bank_account": account, "qris_static": qris()})


BANK = {
    "bank": "BCA",
    "bank_account_number": "1234567890",
    "bank_account_holder": "Sari",
}


always("DELETE /api/v1/shops/{slug}/logo")
always("PUT /api/v1/shops/{slug}/logo", files={"logo": PICTURE})


@deed("POST /desk/{slug}/hold-rules")
async def _change_hold_rules_by_form(_: Neighbours, __: str) -> Deed:
    return Deed(fields={"hold_minutes": "15", "pay_first": "nobody", "pay_first_minutes": "60"})


@deed("PUT /api/v1/shops/{slug}/hold-rules")
async def _change_hold_rules(_: Neighbours, __: str) -> Deed:
    return Deed(document={"hold_minutes": 15, "pay_first": "nobody", "pay_first_minutes": 60})


@deed("POST /desk/{slug}/appeals/{appeal_id}")
async def _answer_appeal(n: Neighbours, who: str) -> Deed:
    path = {"appeal_id": own((await n.stall_of(who).appeal()).id)}
    return Deed(path, fields={"verdict": "granted", "answer": "Baik."})


@deed("POST /desk/{slug}/staff/invitations")
async def _invite_by_form(_: Neighbours, __: str) -> Deed:
    return Deed(fields={"email": f"{new_code()}@example.com", "role": "host"})


@deed("POST /api/v1/shops/{slug}/invitations")
async def _invite(_: Neighbours, __: str) -> Deed:
    return Deed(document={"email": f"{new_code()}@example.com", "role": "host"})


@deed(
    "POST /desk/{slug}/staff/invitations/{invitation_id}/withdraw",
    "DELETE /api/v1/shops/{slug}/invitations/{invitation_id}",
)
async def _withdraw(n: Neighbours, who: str) -> Deed:
    path = {"invitation_id": own((await n.stall_of(who).invitation())[0])}
    return Deed(path, refused=frozenset({404, 410}))


@deed("POST /desk/{slug}/staff/{account_id}/role")
async def _change_role_by_form(n: Neighbours, who: str) -> Deed:
    return Deed({"account_id": own(await n.stall_of(who).clerk())}, fields={"role": "host"})


@deed("PUT /api/v1/shops/{slug}/staff/{account_id}")
async def _change_role(n: Neighbours, who: str) -> Deed:
    return Deed({"account_id": own(await n.stall_of(who).clerk())}, document={"role": "host"})


@deed("POST /desk/{slug}/staff/{account_id}/remove", "DELETE /api/v1/shops/{slug}/staff/{account_id}")
async def _remove_staff(n: Neighbours, who: str) -> Deed:
    return Deed({"account_id": own(await n.stall_of(who).clerk())})


@deed("POST /api/v1/invitations/{token}/accept")
async def _accept_invitation(n: Neighbours, who: str) -> Deed:
    return Deed({"token": (await n.stall_of(who).invitation())[1]}, alone=(await n.new_program())[1])


@deed("GET /invitation/{token}", "POST /invitation/{token}", "GET /api/v1/invitations/{token}")
async def _invitation(n: Neighbours, who: str) -> Deed:
    return Deed({"token": (await n.stall_of(who).invitation())[1]}, alone=await n.newcomer("commerce"))
