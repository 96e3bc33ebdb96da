"""hcpcs-rag: cited answers about HCPCS Level II codes, offline."""

__version__ = "0.1.0"
