"""The index folder: build it all or nothing, open it, verify it.

``manifest`` names what is in a generation and proves it whole; ``library`` is the SQLite store of
pages, records and relations; ``words`` the full-text index; ``vectors`` the FAISS index; ``build``
writes a new generation; ``opened`` answers look-ups from one.
"""
