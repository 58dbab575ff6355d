"""Caseloads and past acts from the sheets that case systems export: every fault shown, nothing half-written."""
