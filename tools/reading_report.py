"""Show what the loaders make of files: the table in ``docs/reading.md``.

python tools/reading_report.py ../shared/seeds ../shared/policies ../shared/cms
"""

import sys
import time
from collections import Counter
from pathlib import Path

from hcpcs_rag import loaders, passages
from hcpcs_rag.codes import find_codes
from hcpcs_rag.errors import HcpcsRagError
from hcpcs_rag.loaders import files
from hcpcs_rag.relations.mining import mine
from hcpcs_rag.settings import Settings


def row(file: files.SourceFile, settings: Settings) -> list[str]:
    """One row of the table: what was read of a file, or why it was not."""
    started = time.perf_counter()
    try:
        document = loaders.read(file, files.read_bytes(file, settings.max_file_bytes))
    except HcpcsRagError as problem:
        return [file.path.name, "-", "-", "-", "-", "-", "-", str(problem).replace(str(file.path.parent) + "/", "")]
    seconds = f"{time.perf_counter() - started:.1f}"
    if document.release:
        kinds = Counter(record.kind for record in document.records)
        counted = f"{kinds['code']:,} codes, {kinds['modifier']:,} modifiers"
        references = sum(len(record.see_instead) for record in document.records)
        return [
            file.path.name,
            document.release.name,
            f"{len(document.records):,}",
            counted,
            str(references),
            "0",
            seconds,
            "",
        ]
    (page, *_) = document.pages
    facets = Counter(section.facet for section in page.sections)
    sections = ", ".join(f"{facet} {count}" for facet, count in facets.most_common())
    cut = passages.of_page(page, settings.passage_chars)
    codes = f"{len(find_codes(page.text))} ({', '.join(page.subjects) or 'no subject'})"
    return [file.path.name, sections, str(len(cut)), codes, str(len(mine(page))), str(page.dropped), seconds, ""]


def main() -> None:
    """Print the table for the files and folders named on the command line."""
    names = ["file", "sections by facet", "passages", "codes (subject)", "relations", "dropped", "seconds", "warning"]
    print("| " + " | ".join(names) + " |\n|" + "---|" * len(names))
    for file in files.find_files([Path(argument) for argument in sys.argv[1:]]):
        print("| " + " | ".join(row(file, Settings())) + " |")


if __name__ == "__main__":
    main()
