"""Write the pages of files as the product reads them, one JSON object a line: what ``reading_oracle.py`` judges.

python tools/write_pages.py ../shared/policies_html pages.jsonl
"""

import json
import sys
from pathlib import Path

from hcpcs_rag import contract, loaders
from hcpcs_rag.loaders import files


def main(folder: str, target: str) -> None:
    """Read every file below ``folder``; a release's records are left out."""
    with Path(target).open("w", encoding="utf-8") as out:
        for file in files.find_files([Path(folder)]):
            document = loaders.read(file, file.path.read_bytes())
            for page in document.pages if document.release is None else ():
                out.write(json.dumps(contract.page(page)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
