"""Pure geometry: values in, values out; no files, no network, no web."""
