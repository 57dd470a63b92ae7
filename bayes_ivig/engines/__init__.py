"""Compute: a dataset and a model go in, a posterior comes out.
``Quadrature`` is exact, ``NUTS`` samples with PyMC.
"""
