"""A process that turns texts into vectors: llama.cpp's HTTP server with the model that the program brings.

Run as `python -m tests.support.embeddings`; says its address on stdout and ends with its stdin. A model made
for talking gives poor vectors, which is enough to see whether a service that needs any can be spoken with.
"""

from __future__ import annotations

import sys

from roku_desktop.engine.providers.model_process import model_file

DIMENSION = 576
MODEL = "smollm2"
_TOKENS = 2_048


def main() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model_file())
    params.model_alias = {MODEL}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.offline = True
    params.ui = False
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    params.n_ctx = params.n_batch = params.n_ubatch = _TOKENS
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.fit_params = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # two spin where others work
    params.verbosity = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
