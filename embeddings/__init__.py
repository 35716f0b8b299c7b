"""Turn text into vectors, find the nearest ones, and train the model that does it.

This package knows strings, arrays and row numbers only. A reading tour:

1. `encoder`: what an encoder is; `opening.open_encoder` gives one by name.
2. `static` and `contextual`: the two parts of the embedded default, computed without torch; `sentence`: any
   sentence-transformers model; `prompts` and `pooling`: what known models want; `running`: threads, batch, device.
3. `reranker`: what a reranker is; `cross_encoder`: any cross-encoder.
4. `vector_index`: what an index is; `exact_index` (the oracle) and `faiss_index`.
5. `cache`: vectors kept between rebuilds.
6. `train` and `training`: how the embedded default was made.

Importing it loads nothing heavier than NumPy.
"""
