"""That this file stands here puts the folder on the path of imports: tests of foreign files make theirs by
``from making.NAME import ...``.
"""
