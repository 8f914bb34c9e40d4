from collections import Counter

from etalase.commerce import shipping


def test_the_whole_country_is_there() -> None:
    regions = shipping.gazetteer()
    provinces = regions.provinces()
    cities = [city for province in provinces for city in regions.cities(province.code)]
    places = [place for city in cities for place in regions.places(city.code)]
    assert (len(provinces), len(cities), len(places)) == (38, 514, 7285)
    assert all(place.postcodes for place in places)


def test_a_label_names_one_place_only() -> None:
    regions = shipping.gazetteer()
    labels = Counter(
        place.label
        for province in regions.provinces()
        for city in regions.cities(province.code)
        for place in regions.places(city.code)
    )
    assert max(labels.values()) == 1


def test_a_district_is_found_with_its_city_and_province() -> None:
    (place,) = shipping.gazetteer().search("beji depok")
    assert place.label == "Beji, Kota Depok, Jawa Barat"
    assert "16421" in place.postcodes
    assert (place.province_code, place.city_code) == ("32", "3276")


def test_its_label_finds_a_place_alone_even_where_others_have_its_name() -> None:
    regions = shipping.gazetteer()
    assert len(regions.search("Beji")) > 1
    assert [place.city for place in regions.search("Beji, Kota Depok, Jawa Barat")] == ["Kota Depok"]


def test_a_postcode_finds_its_districts() -> None:
    assert {place.district for place in shipping.gazetteer().search("16436")} == {"Cipayung", "Pancoran Mas"}


def test_abbreviations_and_case_do_not_matter() -> None:
    found = shipping.gazetteer().search("KEC. Cibinong, kab bogor")
    assert [place.city for place in found] == ["Kabupaten Bogor"]


def test_a_district_of_that_name_comes_before_a_city_of_that_name() -> None:
    assert shipping.gazetteer().search("menteng")[0].district == "Menteng"


def test_nothing_is_found_for_nonsense_or_nothing() -> None:
    assert shipping.gazetteer().search("xyzzy") == []
    assert shipping.gazetteer().search(" ,. ") == []


def test_a_city_is_found_by_name_and_told_from_the_regency() -> None:
    regions = shipping.gazetteer()
    city = regions.find_region_by_name("Kota Bogor, Jawa Barat")
    regency = regions.find_region_by_name("kab. bogor")
    assert city is not None
    assert regency is not None
    assert city.code != regency.code
    assert regions.describe(city.code) == "Kota Bogor, Jawa Barat"
    assert regions.find_region_by_name("Bogor") is None
