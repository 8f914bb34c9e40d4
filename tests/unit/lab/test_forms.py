"""What stands in a form is sent with it, whatever field it stands in; else a logo clears a shop's QRIS."""

from etalase.lab.forms import PageForms

PAGE = """
<meta name="csrf-token" content="abc">
<form method="post" action="/settings">
  <input type="hidden" name="version" value="3"><input name="name" value="Melati">
  <input name="nameless" disabled value="no"><input type="file" name="logo">
  <input type="checkbox" name="cod" checked><input type="checkbox" name="free">
  <input type="checkbox" name="product" value="1" checked>
  <input type="checkbox" name="product" value="2" checked>
  <input type="radio" name="place" value="1"><input type="radio" name="place" value="2" checked>
  <textarea name="qris">
000201 &amp; more
0016</textarea>
  <select name="zone"><option value="7">WIB</option><option value="8" selected>WITA</option></select>
  <select name="role"><option value="host">Host</option><option value="packer">Packer</option></select>
  <button name="deed" value="save">Save</button>
</form>
<input name="note" form="late" value="soon"><input name="q" value="no" form="nowhere">
<input name="stray" value="no"><form id="late"><input name="q" value="dress"></form>
"""


def test_every_field_says_what_stands_in_it() -> None:
    page = PageForms()
    page.feed(PAGE)
    settings, search = page.forms
    assert page.csrf == "abc"
    assert (settings.action, settings.method, search.method) == ("/settings", "post", "get")
    assert settings.values == {
        "version": ["3"],
        "name": ["Melati"],
        "cod": ["on"],
        "product": ["1", "2"],
        "place": ["2"],
        "qris": ["000201 & more\n0016"],
        "zone": ["8"],
        "role": ["host"],
    }
    assert search.values == {"note": ["soon"], "q": ["dress"]}
