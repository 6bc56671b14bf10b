"""Nouns behave as frozen, slotted, keyword-only dataclasses do; each property against the original."""

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from qplan.noun import noun


@noun
class Place:
    """A noun with a default of each kind."""

    file: str
    line: int = 0
    seen: list[int] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The same as a dataclass."""

    file: str
    line: int = 0
    seen: list[int] = field(default_factory=list, compare=False)


@noun
class Deep(Place):
    """A noun that inherits, with a hash and a text of its own."""

    column: int = 0

    def __hash__(self) -> int:
        return 7

    def __str__(self) -> str:
        return self.file


def test_values_and_defaults():
    place = Place(file="a.yaml")
    assert (place.file, place.line, place.seen) == ("a.yaml", 0, [])
    assert place.seen is not Place(file="a.yaml").seen


@pytest.mark.parametrize("kind", [Place, Original])
def test_unfit_arguments_are_refused(kind):
    for arguments, values in (((), {}), (("a",), {}), ((), {"file": "a", "colour": 1})):
        with pytest.raises(TypeError):
            kind(*arguments, **values)


@pytest.mark.parametrize("kind", [Place, Original])
def test_nothing_can_be_changed(kind):
    place = kind(file="a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'line'"):
        place.line = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'line'"):
        del place.line
    assert not hasattr(place, "__dict__")


def test_equal_by_value_and_kind_but_for_what_is_not_compared():
    place = Place(file="a", line=1)
    assert place == Place(file="a", line=1, seen=[3])
    assert place != Place(file="a", line=2)
    assert place != Deep(file="a", line=1)
    assert hash(place) == hash(Place(file="a", line=1, seen=[3]))
    assert len({place, Place(file="a", line=1)}) == 1


def test_text_is_that_of_a_dataclass():
    assert repr(Place(file="a")) == "Place(file='a', line=0, seen=[])"
    assert repr(Place(file="a")).partition("(")[2] == repr(Original(file="a")).partition("(")[2]


def test_own_methods_stay_and_fields_are_inherited():
    deep = Deep(file="a", column=3)
    assert (hash(deep), str(deep), deep.line) == (7, "a", 0)
    assert [one.name for one in fields(deep)] == ["file", "line", "seen", "column"]
    assert deep == Deep(file="a", column=3) != Deep(file="a", column=4)


def test_tools_for_dataclasses_work():
    place = Place(file="a", line=1, seen=[2])
    assert replace(place, line=5) == Place(file="a", line=5)
    for other in (copy.copy(place), copy.deepcopy(place), pickle.loads(pickle.dumps(place))):
        assert other == place
        assert other.seen == [2]
