"""``python -m hcpcs_rag``: the command line."""

from hcpcs_rag.cli import main

main()
