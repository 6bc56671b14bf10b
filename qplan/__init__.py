"""qplan: plan IBM Quantum workloads; cost and wall-clock as jobs, as a batch and as a session."""

__version__ = "0.1.0"
