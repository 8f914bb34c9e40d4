from etalase.kernel.errors import FieldProblem, Invalid
from etalase.web.catalog._forms import ProductForm, VariantRow

NAMELESS = Invalid(FieldProblem("title", "required"))


def test_units_that_cannot_be_are_told_with_what_the_catalogue_refuses() -> None:
    form = ProductForm(rows=[VariantRow(size="S", units="3"), VariantRow(size="M", units="-1")])
    assert set(form.errors(NAMELESS)) == {"title", "variants.1.units"}


def test_the_units_of_a_variant_that_is_there_already_are_not_read() -> None:
    form = ProductForm(rows=[VariantRow(id="0199", units="-1")])
    assert set(form.errors(NAMELESS)) == {"title"}
