"""The bridge to Qiskit: the only room that knows it, and imports it only inside functions."""
