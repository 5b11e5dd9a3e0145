"""What citizens and offices write in the simulated city, in ordinary Indonesian.

No text names a person or carries a number, so the privacy gate has nothing to find here.
"""

SERVICES = {
    "kelurahan": (
        "Surat keterangan domisili",
        "Surat keterangan usaha",
        "Surat keterangan tidak mampu",
        "Surat pengantar nikah",
    ),
    "kecamatan": ("Perekaman KTP-el", "Legalisasi surat", "Rekomendasi izin keramaian", "Surat pindah"),
    "puskesmas": ("Poli umum", "Poli gigi", "Kesehatan ibu dan anak", "Imunisasi", "Farmasi"),
    "pustu": ("Pemeriksaan umum", "Kesehatan ibu dan anak", "Imunisasi"),
    "opd": (
        "Konsultasi dan informasi",
        "Permohonan rekomendasi",
        "Permohonan dokumen",
        "Pendaftaran program",
    ),
    "rsud": ("Rawat jalan", "Rawat inap", "Gawat darurat", "Farmasi", "Laboratorium"),
    "mpp": ("Administrasi kependudukan", "Perizinan berusaha", "Perpajakan daerah", "Ketenagakerjaan"),
}

PRAISE = (
    "Pelayanannya sudah baik, terima kasih.",
    "Petugasnya ramah dan membantu.",
    "Prosesnya lebih cepat dari yang saya kira.",
    "Semoga dipertahankan.",
    "Ruang tunggunya nyaman.",
)

# One row an element, in the order u1 to u9: what a respondent writes who scored it lowest.
REMARKS = (
    ("Syaratnya mohon ditempel di depan loket.", "Persyaratan di papan berbeda dengan yang diminta petugas."),
    ("Alurnya membingungkan, harus bolak-balik loket.", "Mohon alur pelayanan disederhanakan."),
    ("Antreannya terlalu lama.", "Janjinya satu hari, selesainya lebih lama."),
    ("Mohon diumumkan bahwa layanan ini gratis.", "Biaya fotokopi dan materai sebaiknya dijelaskan."),
    ("Ada salah ketik di surat, jadi harus kembali lagi.", "Hasilnya belum sesuai dengan yang dimohonkan."),
    ("Petugas belum bisa menjelaskan dengan lengkap.", "Petugas pengganti kurang paham prosedurnya."),
    ("Mohon petugas lebih ramah.", "Petugas sibuk dengan ponsel saat melayani."),
    ("Saran saya sebelumnya belum ditanggapi.", "Kotak saran ada tetapi tidak pernah dibuka."),
    ("Kursi tunggu kurang dan ruangannya panas.", "Tempat parkir sempit, toilet kurang bersih."),
)

COMPLAINTS = {
    "pengaduan_berkadar_pengawasan": (
        "Ada oknum di {name} yang meminta uang di luar ketentuan untuk mempercepat berkas.",
        "Antrean di {name} didahulukan untuk yang memakai perantara.",
        "Petugas {name} membedakan pelayanan antara warga yang dikenal dan yang tidak.",
    ),
    "pengaduan_tidak_berkadar_pengawasan": (
        "Antrean di {name} sangat lama, mohon loket ditambah.",
        "Loket {name} tutup sebelum jam pelayanan selesai.",
        "Berkas saya di {name} belum selesai sampai lewat waktu yang dijanjikan.",
        "Petugas {name} kurang ramah saat ditanya persyaratan.",
        "Sistem di {name} sering gangguan sehingga warga harus datang lagi.",
    ),
    "permintaan_informasi": (
        "Apa saja persyaratan layanan di {name}?",
        "Apakah {name} melayani pada jam istirahat?",
        "Apakah pengurusan di {name} bisa dilakukan secara daring?",
    ),
    "aspirasi": (
        "Mohon {name} menyediakan kursi prioritas bagi lansia dan ibu hamil.",
        "Mohon {name} membuka layanan pada hari Sabtu.",
        "Sebaiknya {name} mengumumkan alur pelayanan di media sosial.",
    ),
}

CITIZEN_APPLICATIONS = ("Antrean Daring", "Surat Daring", "Layanan Mandiri", "Pendaftaran Daring")
STAFF_APPLICATIONS = ("Presensi Elektronik", "Arsip Elektronik", "Kinerja Elektronik")

# One an element, in the order u1 to u9.
ACTIONS = (
    "Menempelkan daftar persyaratan yang berlaku di loket dan di laman unit",
    "Menyederhanakan alur pelayanan menjadi satu loket",
    "Menetapkan dan memantau standar waktu penyelesaian",
    "Mengumumkan biaya atau keterangan gratis pada setiap layanan",
    "Memeriksa hasil layanan sebelum diserahkan kepada pemohon",
    "Mengikutsertakan petugas loket dalam pelatihan teknis",
    "Menyelenggarakan pelatihan komunikasi dan etika pelayanan",
    "Menanggapi kotak saran dan pengaduan setiap pekan",
    "Menambah kursi tunggu dan memperbaiki ruang pelayanan",
)

OWNERS = {
    "kelurahan": "Lurah",
    "kecamatan": "Kepala Seksi Pelayanan",
    "puskesmas": "Kepala Puskesmas",
    "pustu": "Penanggung jawab pustu",
    "opd": "Sekretaris dinas",
    "rsud": "Kepala Bidang Pelayanan",
    "mpp": "Koordinator pelayanan",
}
