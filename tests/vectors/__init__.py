"""vectors: input and expected output as JSON, readable by a marketer; one small runner per kind."""
