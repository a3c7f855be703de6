"""The API's documentation: the OpenAPI document as a page for people, without a script."""
