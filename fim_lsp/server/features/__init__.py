"""The functions that answer the methods of the protocol, a file for each subject.

Each function takes a snapshot of the documents before its first `await`, asks the
session, and converts the answer.  The table in `server/create.py` says which function
answers which method.
"""
