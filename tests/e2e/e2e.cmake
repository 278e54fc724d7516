# added with the end-to-end tests
