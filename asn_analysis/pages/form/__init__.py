"""The workbook that an office fills in, and the copy that comes back with what is to be mended."""
