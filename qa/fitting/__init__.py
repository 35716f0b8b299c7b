"""Fit what is learnt in retrieval: the weights of the legs, the probability of relevance, the confidence of an answer.

`python -m qa.fitting --data PATH` fits the parameters that ship with the program, on questions that the encoder was not
trained on and whose passages are no newspaper page of the library. `jianghai-qa evaluate FILE --fit` fits a data folder's own
with the same `fit`: `own_pools` gathers the candidates of a user's questions, `refit` fits to them and judges by those left out.
"""
