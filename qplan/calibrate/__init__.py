"""Charges in, constants of a usage model out, with how sure they are; pure."""

from __future__ import annotations

from qplan.calibrate.ridge import HALF_S, NOISE_S, RELATIVE, Array, Charges, Fit, Prior, fit, held_out, widened

__all__ = ["HALF_S", "NOISE_S", "RELATIVE", "Array", "Charges", "Fit", "Prior", "fit", "held_out", "widened"]
