"""Forms that people print and sign: values in, pages and workbooks out; no database, no HTTP."""
