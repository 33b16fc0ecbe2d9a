"""Planning studies: millions of scenarios in chunks, on this machine's processors or on a Dask cluster."""
