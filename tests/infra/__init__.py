"""infra: what infra/ and the package say, checked without building anything."""
