"""The core of Confrère: what an interaction is and how it is answered. No platform, no SQL."""
