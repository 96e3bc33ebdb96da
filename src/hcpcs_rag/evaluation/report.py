"""A run as one HTML page that needs nothing but itself."""

from __future__ import annotations

from importlib.resources import files
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from hcpcs_rag.evaluation import plots, tables
from hcpcs_rag.evaluation.compare import Comparison
from hcpcs_rag.evaluation.results import Results
from hcpcs_rag.evaluation.systems import PRODUCT

TEMPLATE = "report.html.jinja"


def write(results: Results, path: Path, comparison: Comparison | None = None) -> None:
    """Write the report of a run; ``comparison`` is with the run it is set against, if any."""
    source = files("hcpcs_rag.evaluation").joinpath(TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(environment.from_string(source).render(_contents(results, comparison)), encoding="utf-8")


def write_figures(results: Results, path: Path) -> None:
    """Write the headline tables of a run as Markdown."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(tables.markdown(t) for t in tables.headline(results) if t.rows), encoding="utf-8")


def _contents(results: Results, comparison: Comparison | None) -> dict[str, object]:
    asked = results.sets(results.of(PRODUCT))
    ranked = results.sets(results.queries)
    return {
        "results": results,
        "sets": [
            {
                "name": name,
                "answers": [
                    tables.answers(results, name, split)
                    for split in ("dev", "test")
                    if results.of(PRODUCT, name, split)
                ],
                "kinds": [
                    tables.kinds(results, name, split) for split in ("dev", "test") if results.of(PRODUCT, name, split)
                ],
                "retrieval": tables.retrieval(results, name),
                "causes": tables.causes(results, name),
                "by_kind": Markup(plots.right_by_kind(results, name)),
                "risk": Markup(plots.risk_by_coverage(results, name)),
            }
            for name in asked
        ],
        "lookups": [tables.lookup(results, name) for name in ranked],
        "hits": Markup(plots.hits_by_k(results, ranked)) if ranked else None,
        "latency": Markup(plots.latency(results)) if asked else None,
        "stages": tables.stages(results) if asked else None,
        "comparison": comparison,
        "changes": Markup(plots.changes(comparison)) if comparison and comparison.changes else None,
        "failures": {
            split: [(cause, list(turns)) for cause, turns in groupby(wrong, key=lambda t: t.judgement.cause)]
            for split in ("dev", "test")
            if (wrong := tables.failures(results, split))
        },
    }
