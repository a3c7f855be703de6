"""What is generated from the code and committed: JSON Schemas, AsyncAPI and OpenAPI documents."""
