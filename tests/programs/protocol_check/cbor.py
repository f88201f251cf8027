"""The part of CBOR that docs/protocol.md P-44 allows, read strictly."""


MAX_ITEMS = 4_096
MAX_DEPTH = 6


class Newer(Exception):
    """A value of a version that is not known."""


def decode(data):
    """One value of P-44, and nothing behind it."""
    value, rest = _item(data, MAX_DEPTH, [MAX_ITEMS])
    assert rest == b"", "bytes behind the value"
    return value


def value_of(data, kind):
    """A value with its kind and version checked (P-45)."""
    fields = decode(data)
    assert isinstance(fields, dict) and fields[0] == kind, "of another kind"
    version = fields[1]
    assert isinstance(version, int) and version > 0
    if version > 1:
        raise Newer(version)
    return fields


def _item(data, depth, budget):
    budget[0] -= 1
    assert budget[0] >= 0, "too many items"
    assert data, "cut"
    major, argument, rest = data[0] >> 5, data[0] & 31, data[1:]
    assert argument < 28, "indefinite or reserved length"
    if argument >= 24:
        size = 1 << (argument - 24)
        assert len(rest) >= size, "cut"
        number, rest = int.from_bytes(rest[:size], "big"), rest[size:]
        assert number >= (24 if size == 1 else 1 << (4 * size)), "not the shortest form"
    else:
        number = argument
    if major == 0:
        return number, rest
    if major in (2, 3):
        assert len(rest) >= number, "cut"
        body, rest = rest[:number], rest[number:]
        return (body if major == 2 else body.decode("utf-8")), rest
    assert major in (4, 5), "a type that does not appear"
    assert depth > 0, "too deep"
    if major == 4:
        items = []
        for _ in range(number):
            item, rest = _item(rest, depth - 1, budget)
            items.append(item)
        return items, rest
    fields, last = {}, -1
    for _ in range(number):
        # A key is no item.
        key, rest = _item(rest, 0, [1])
        assert isinstance(key, int) and key > last, "keys out of order"
        fields[key], rest = _item(rest, depth - 1, budget)
        last = key
    return fields, rest
