"""Kinds of personal data, and what stands in their place."""

from __future__ import annotations

from dataclasses import dataclass

from asn_analysis.records.message import _

NIK, NIP, NPWP, BPJS, SIM, NUPTK, NISN = "NIK", "NIP", "NPWP", "BPJS", "SIM", "NUPTK", "NISN"
PHONE, EMAIL, ADDRESS, PERSON = _("phone"), _("e-mail"), _("address"), _("name")
BANK, PASSPORT, PLATE, COORDINATES = _("bank account"), _("passport"), _("number plate"), _("coordinates")
HANDLE, FILE = _("account on a network"), _("file name")
BLOT = {
    NIK: "[NIK]",
    NIP: "[NIP]",
    NPWP: "[NPWP]",
    BPJS: "[nomor BPJS]",
    SIM: "[nomor SIM]",
    NUPTK: "[NUPTK]",
    NISN: "[NISN]",
    PHONE: "[nomor telepon]",
    EMAIL: "[surel]",
    ADDRESS: "[alamat]",
    PERSON: "[nama]",
    BANK: "[nomor rekening]",
    PASSPORT: "[nomor paspor]",
    PLATE: "[nomor kendaraan]",
    COORDINATES: "[koordinat]",
    HANDLE: "[akun]",
    FILE: "[nama berkas]",
}


@dataclass(frozen=True)
class Finding:
    """Personal data of a kind between two places of a text; what stands there is not kept."""

    kind: str
    start: int
    end: int
