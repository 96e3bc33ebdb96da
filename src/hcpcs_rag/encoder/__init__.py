"""Texts → unit vectors, by all-MiniLM-L6-v2.

``export`` turns the sentence-transformers model into one fused ONNX graph, once. ``serve`` runs that graph to embed
questions, ``bulk`` to embed many passages; ``choice`` says which of the two embeds an ingest. None of them imports torch.
"""
