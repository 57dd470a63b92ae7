"""An attribute that notebooks may look into while a line is typed."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    completed = property
else:

    class completed:  # noqa: N801 - used as property is
        """A property whose keys a notebook offers: ``post.theta["`` and Tab.

        IPython does not ask properties while somebody types, as they may take long; this is for those that do
        not. Type checkers see a property.
        """

        def __init__(self, make: Any) -> None:
            self.make, self.__doc__ = make, make.__doc__

        def __get__(self, owner: Any, kind: type) -> Any:
            return self if owner is None else self.make(owner)

        def __set__(self, owner: Any, value: Any) -> None:
            raise AttributeError(f"{type(owner).__name__}.{self.make.__name__} cannot be set")
