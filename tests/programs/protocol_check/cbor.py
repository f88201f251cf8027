"""The part of CBOR that docs/protocol.md P-44 allows, read strictly."""


def decode(data):
    """One value of P-44, and nothing behind it."""
    value, rest = _item(data)
    assert rest == b"", "bytes behind the value"
    return value


def value_of(data, kind):
    """A value with its kind and version checked (P-45)."""
    fields = decode(data)
    assert fields[0] == kind and fields[1] == 1, (fields[0], fields[1])
    return fields


def _item(data):
    major, argument, rest = data[0] >> 5, data[0] & 31, data[1:]
    assert argument < 28, "indefinite or reserved length"
    if argument >= 24:
        size = 1 << (argument - 24)
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
    if major == 4:
        items = []
        for _ in range(number):
            item, rest = _item(rest)
            items.append(item)
        return items, rest
    assert major == 5, "a type that does not appear"
    fields, last = {}, -1
    for _ in range(number):
        key, rest = _item(rest)
        assert isinstance(key, int) and key > last, "keys out of order"
        fields[key], rest = _item(rest)
        last = key
    return fields, rest
