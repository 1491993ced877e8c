"""Take records of an import into the store: find what is known, add, change, and say which.

Every function works on one batch of records inside the transaction that its caller opened. What
a batch does depends only on the records and the store, so a batch repeated changes nothing.
"""
