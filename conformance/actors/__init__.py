"""Who acts: apps, users and a browser, with the verbs that they have."""
