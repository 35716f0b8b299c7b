"""Documents of every form: from the bytes of a file to the stored text that all offsets count in.

`qa.forms.convert.read_form` is the way in. Nothing is imported here: the process that converts a file starts with this package.
"""
