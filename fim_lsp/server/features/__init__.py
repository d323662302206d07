"""What answers the methods of the protocol, by subject.

Each function takes its snapshot before its first `await`, asks the session, and
converts the answer.  The table of `server/create.py` says which function answers which
method.
"""
