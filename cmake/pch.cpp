// A target needs a source file; the headers are what is shared.
