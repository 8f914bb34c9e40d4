"""Reads what a server tells its operator at /metrics."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

Figures = dict[str, float]


async def read_figures(http: httpx.AsyncClient) -> Figures:
    """Return each sample by its name and, where it has labels, their values: `etalase_holds_total held`."""
    answer = await http.get("/metrics")
    assert answer.is_success
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
