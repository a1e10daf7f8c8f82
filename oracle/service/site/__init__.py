"""The page's built files; the status page and the API's page, made on the server."""
