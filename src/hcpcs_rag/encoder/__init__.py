"""Texts → unit vectors, by all-MiniLM-L6-v2.

``export`` turns the sentence-transformers model into one fused ONNX graph, once; ``serve`` runs that
graph to build an index and to embed questions, without importing torch.
"""
