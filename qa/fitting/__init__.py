"""Fit what is learnt in retrieval: the weights of the legs, the probability of relevance, the confidence of an answer.

`python -m qa.fitting --data PATH` fits the parameters that ship with the program, on questions that the encoder was not
trained on and whose passages are no newspaper page of the library.
"""
