//! The one encoding of the formats that may grow: deterministic CBOR (RFC 8949, section 4.2).
//!
//! A value is a map with integer keys in ascending order. Key 0 says what the value is and key 1
//! in which version, so that bytes made for one place are never understood in another (P-45). Of
//! CBOR's types only unsigned integers, byte strings, texts, arrays and such maps appear, all of
//! definite length, in their shortest form.
//!
//! A reader checks the length of the whole before it looks inside, counts the items against a
//! budget, borrows every string from its input, and at last compares the input with what it would
//! have written itself.

use minicbor::data::Type;
use minicbor::encode;
use minicbor::{Decoder, Encoder};
use std::convert::Infallible;
use thiserror::Error;
use zeroize::Zeroizing;

/// The version that this program writes and understands, of every kind.
pub(crate) const VERSION: u64 = 1;
/// Items that a reader takes from one value, arrays and maps counted too.
const MAX_ITEMS: usize = 4_096;
/// How deep arrays and maps may stand in each other; the outermost map is the first.
const MAX_DEPTH: usize = 6;

/// Why bytes are not the value that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// There are more bytes than such a value can have.
    #[error("the data is longer than its format allows")]
    TooLong,
    /// It is not deterministic CBOR, or a field is missing, of another type or another length.
    #[error("the data is malformed")]
    Malformed,
    /// It is a value of another kind: something made for another place.
    #[error("the data was made for another purpose")]
    AnotherKind,
    /// It is of a later version of its format.
    #[error("the data was made by a newer version of the program")]
    Newer {
        /// The version that it names.
        version: u64,
    },
}

/// What a value is: its key 0 (P-45). Numbers are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    KeyCard = 1,
    SignedKey = 2,
    Bundle = 3,
    Handshake = 4,
    Inside = 5,
    Content = 6,
    Invite = 7,
    Session = 8,
    PrekeyPool = 9,
    MailboxPool = 10,
}

/// Writes one map; keys must come in ascending order.
pub(crate) struct MapWriter {
    // Wiped because some values are secret; with room, because a vector that grows leaves copies.
    body: Zeroizing<Vec<u8>>,
    fields: u64,
    last_key: Option<u64>,
}

impl MapWriter {
    /// A whole value: keys 0 and 1 are written here.
    pub(crate) fn new(kind: Kind, capacity_bytes: usize) -> Self {
        Self::nested(capacity_bytes)
            .uint(0, kind as u64)
            .uint(1, VERSION)
    }

    /// A map inside a value.
    pub(crate) fn nested(capacity_bytes: usize) -> Self {
        Self {
            body: Zeroizing::new(Vec::with_capacity(capacity_bytes)),
            fields: 0,
            last_key: None,
        }
    }

    pub(crate) fn uint(mut self, key: u64, value: u64) -> Self {
        self.key(key);
        sure(Encoder::new(&mut *self.body).u64(value));
        self
    }

    pub(crate) fn bytes(mut self, key: u64, value: &[u8]) -> Self {
        self.key(key);
        sure(Encoder::new(&mut *self.body).bytes(value));
        self
    }

    pub(crate) fn text(mut self, key: u64, value: &str) -> Self {
        self.key(key);
        sure(Encoder::new(&mut *self.body).str(value));
        self
    }

    pub(crate) fn opt_uint(self, key: u64, value: Option<u64>) -> Self {
        match value {
            Some(value) => self.uint(key, value),
            None => self,
        }
    }

    pub(crate) fn opt_bytes(self, key: u64, value: Option<&[u8]>) -> Self {
        match value {
            Some(value) => self.bytes(key, value),
            None => self,
        }
    }

    pub(crate) fn opt_text(self, key: u64, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(key, value),
            None => self,
        }
    }

    pub(crate) fn map(mut self, key: u64, value: Self) -> Self {
        self.key(key);
        self.body.extend_from_slice(&value.finish());
        self
    }

    pub(crate) fn opt_map(self, key: u64, value: Option<Self>) -> Self {
        match value {
            Some(value) => self.map(key, value),
            None => self,
        }
    }

    pub(crate) fn maps(mut self, key: u64, items: impl ExactSizeIterator<Item = Self>) -> Self {
        self.key(key);
        sure(Encoder::new(&mut *self.body).array(len(items.len())));
        for item in items {
            self.body.extend_from_slice(&item.finish());
        }
        self
    }

    /// An array of byte strings; nothing at all if it is empty.
    pub(crate) fn byte_strings<'a>(
        mut self,
        key: u64,
        items: impl ExactSizeIterator<Item = &'a [u8]>,
    ) -> Self {
        if items.len() == 0 {
            return self;
        }
        self.key(key);
        sure(Encoder::new(&mut *self.body).array(len(items.len())));
        for item in items {
            sure(Encoder::new(&mut *self.body).bytes(item));
        }
        self
    }

    /// The bytes of the map.
    pub(crate) fn finish(self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(self.body.len().saturating_add(9)));
        sure(Encoder::new(&mut *out).map(self.fields));
        out.extend_from_slice(&self.body);
        out
    }

    /// The bytes of a map that holds no secret.
    pub(crate) fn finish_public(self) -> Vec<u8> {
        self.finish().to_vec()
    }

    fn key(&mut self, key: u64) {
        debug_assert!(self.last_key.is_none_or(|last| last < key), "key {key}");
        self.last_key = Some(key);
        self.fields = self.fields.saturating_add(1);
        sure(Encoder::new(&mut *self.body).u64(key));
    }
}

/// One item of a value that was read.
#[derive(Debug)]
pub(crate) enum Item<'a> {
    Uint(u64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Item<'a>>),
    Map(Fields<'a>),
}

/// The fields of a map, by ascending key. Fields that nobody asks for are ignored.
#[derive(Debug)]
pub(crate) struct Fields<'a>(Vec<(u64, Item<'a>)>);

/// Reads a whole value of a kind and of [`VERSION`].
pub(crate) fn read(bytes: &[u8], kind: Kind, max_len: usize) -> Result<Fields<'_>, DecodeError> {
    if bytes.len() > max_len {
        return Err(DecodeError::TooLong);
    }
    let mut decoder = Decoder::new(bytes);
    let mut budget = MAX_ITEMS;
    let item = read_item(&mut decoder, MAX_DEPTH, &mut budget)?;
    let mut again = Zeroizing::new(Vec::with_capacity(bytes.len()));
    write_item(&item, &mut again);
    let Item::Map(fields) = item else {
        return Err(DecodeError::Malformed);
    };
    if *again != bytes {
        return Err(DecodeError::Malformed);
    }
    if fields.uint(0)? != kind as u64 {
        return Err(DecodeError::AnotherKind);
    }
    match fields.uint(1)? {
        0 => Err(DecodeError::Malformed),
        VERSION => Ok(fields),
        version => Err(DecodeError::Newer { version }),
    }
}

impl<'a> Fields<'a> {
    fn get(&self, key: u64) -> Option<&Item<'a>> {
        self.0
            .iter()
            .find_map(|(found, item)| (*found == key).then_some(item))
    }

    pub(crate) fn has(&self, key: u64) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn opt_uint(&self, key: u64) -> Result<Option<u64>, DecodeError> {
        match self.get(key) {
            None => Ok(None),
            Some(Item::Uint(value)) => Ok(Some(*value)),
            Some(_) => Err(DecodeError::Malformed),
        }
    }

    pub(crate) fn uint(&self, key: u64) -> Result<u64, DecodeError> {
        self.opt_uint(key)?.ok_or(DecodeError::Malformed)
    }

    pub(crate) fn u32(&self, key: u64) -> Result<u32, DecodeError> {
        u32::try_from(self.uint(key)?).map_err(|_| DecodeError::Malformed)
    }

    pub(crate) fn opt_u32(&self, key: u64) -> Result<Option<u32>, DecodeError> {
        self.opt_uint(key)?
            .map(|value| u32::try_from(value).map_err(|_| DecodeError::Malformed))
            .transpose()
    }

    pub(crate) fn opt_bytes(&self, key: u64, max: usize) -> Result<Option<&'a [u8]>, DecodeError> {
        match self.get(key) {
            None => Ok(None),
            Some(Item::Bytes(value)) if value.len() <= max => Ok(Some(value)),
            Some(_) => Err(DecodeError::Malformed),
        }
    }

    pub(crate) fn bytes(&self, key: u64, max: usize) -> Result<&'a [u8], DecodeError> {
        self.opt_bytes(key, max)?.ok_or(DecodeError::Malformed)
    }

    pub(crate) fn opt_array<const N: usize>(
        &self,
        key: u64,
    ) -> Result<Option<[u8; N]>, DecodeError> {
        self.opt_bytes(key, N)?
            .map(|value| value.try_into().map_err(|_| DecodeError::Malformed))
            .transpose()
    }

    pub(crate) fn array<const N: usize>(&self, key: u64) -> Result<[u8; N], DecodeError> {
        self.opt_array(key)?.ok_or(DecodeError::Malformed)
    }

    pub(crate) fn opt_text(&self, key: u64, max: usize) -> Result<Option<&'a str>, DecodeError> {
        match self.get(key) {
            None => Ok(None),
            Some(Item::Text(value)) if value.len() <= max => Ok(Some(value)),
            Some(_) => Err(DecodeError::Malformed),
        }
    }

    pub(crate) fn text(&self, key: u64, max: usize) -> Result<&'a str, DecodeError> {
        self.opt_text(key, max)?.ok_or(DecodeError::Malformed)
    }

    /// The items of an array; none if the field is absent.
    pub(crate) fn items(&self, key: u64, max: usize) -> Result<&[Item<'a>], DecodeError> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Item::Array(items)) if items.len() <= max => Ok(items),
            Some(_) => Err(DecodeError::Malformed),
        }
    }

    pub(crate) fn opt_map(&self, key: u64) -> Result<Option<&Self>, DecodeError> {
        match self.get(key) {
            None => Ok(None),
            Some(Item::Map(fields)) => Ok(Some(fields)),
            Some(_) => Err(DecodeError::Malformed),
        }
    }

    pub(crate) fn map(&self, key: u64) -> Result<&Self, DecodeError> {
        self.opt_map(key)?.ok_or(DecodeError::Malformed)
    }

    /// An array of maps, each read by a function.
    pub(crate) fn maps<T>(
        &self,
        key: u64,
        max: usize,
        read: impl Fn(&Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let read_one = |item: &Item<'a>| match item {
            Item::Map(fields) => read(fields),
            _ => Err(DecodeError::Malformed),
        };
        self.items(key, max)?.iter().map(read_one).collect()
    }

    /// An array of byte strings of one length.
    pub(crate) fn arrays<const N: usize>(
        &self,
        key: u64,
        max: usize,
    ) -> Result<Vec<[u8; N]>, DecodeError> {
        let read_one = |item: &Item<'a>| match item {
            Item::Bytes(bytes) => (*bytes).try_into().map_err(|_| DecodeError::Malformed),
            _ => Err(DecodeError::Malformed),
        };
        self.items(key, max)?.iter().map(read_one).collect()
    }
}

fn read_item<'a>(
    decoder: &mut Decoder<'a>,
    depth: usize,
    budget: &mut usize,
) -> Result<Item<'a>, DecodeError> {
    *budget = budget.checked_sub(1).ok_or(DecodeError::TooLong)?;
    let kind = decoder.datatype().map_err(|_| DecodeError::Malformed)?;
    let read = match kind {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => decoder.u64().map(Item::Uint),
        Type::Bytes => decoder.bytes().map(Item::Bytes),
        Type::String => decoder.str().map(Item::Text),
        Type::Array => return read_array(decoder, inner(depth)?, budget),
        Type::Map => return read_map(decoder, inner(depth)?, budget).map(Item::Map),
        _ => return Err(DecodeError::Malformed),
    };
    read.map_err(|_| DecodeError::Malformed)
}

/// How many arrays and maps may still stand inside of one more. Numbers and strings count for nothing.
fn inner(depth: usize) -> Result<usize, DecodeError> {
    depth.checked_sub(1).ok_or(DecodeError::Malformed)
}

fn read_array<'a>(
    decoder: &mut Decoder<'a>,
    depth: usize,
    budget: &mut usize,
) -> Result<Item<'a>, DecodeError> {
    let len = decoder.array().map_err(|_| DecodeError::Malformed)?;
    let mut items = Vec::new();
    for _ in 0..len.ok_or(DecodeError::Malformed)? {
        items.push(read_item(decoder, depth, budget)?);
    }
    Ok(Item::Array(items))
}

fn read_map<'a>(
    decoder: &mut Decoder<'a>,
    depth: usize,
    budget: &mut usize,
) -> Result<Fields<'a>, DecodeError> {
    let len = decoder.map().map_err(|_| DecodeError::Malformed)?;
    let mut fields: Vec<(u64, Item<'a>)> = Vec::new();
    for _ in 0..len.ok_or(DecodeError::Malformed)? {
        let key = decoder.u64().map_err(|_| DecodeError::Malformed)?;
        if fields.last().is_some_and(|(last, _)| *last >= key) {
            return Err(DecodeError::Malformed);
        }
        fields.push((key, read_item(decoder, depth, budget)?));
    }
    Ok(Fields(fields))
}

fn write_item(item: &Item<'_>, out: &mut Vec<u8>) {
    match item {
        Item::Uint(value) => sure(Encoder::new(out).u64(*value)),
        Item::Bytes(value) => sure(Encoder::new(out).bytes(value)),
        Item::Text(value) => sure(Encoder::new(out).str(value)),
        Item::Array(items) => {
            sure(Encoder::new(&mut *out).array(len(items.len())));
            for item in items {
                write_item(item, out);
            }
        }
        Item::Map(Fields(fields)) => {
            sure(Encoder::new(&mut *out).map(len(fields.len())));
            for (key, item) in fields {
                sure(Encoder::new(&mut *out).u64(*key));
                write_item(item, out);
            }
        }
    }
}

#[expect(clippy::expect_used, reason = "a vector takes every byte")]
fn sure<T>(written: Result<T, encode::Error<Infallible>>) {
    written.expect("nothing fails when writing to a vector");
}

fn len(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMIT: usize = 1_000;

    fn read_content(bytes: &[u8]) -> Result<Fields<'_>, DecodeError> {
        read(bytes, Kind::Content, LIMIT)
    }

    #[test]
    fn fields_come_back() {
        let bytes = MapWriter::new(Kind::Content, 64)
            .uint(2, u64::MAX)
            .bytes(3, &[1; 16])
            .text(4, "é")
            .map(5, MapWriter::nested(8).uint(1, 7))
            .byte_strings(6, [[1_u8; 3].as_slice(), &[2; 3]].into_iter())
            .maps(7, [MapWriter::nested(8).uint(9, 9)].into_iter())
            .finish();
        let fields = read_content(&bytes).unwrap();
        assert_eq!(fields.uint(2), Ok(u64::MAX));
        assert_eq!(fields.array(3), Ok([1_u8; 16]));
        assert_eq!(fields.text(4, 2), Ok("é"));
        assert_eq!(fields.map(5).unwrap().uint(1), Ok(7));
        assert_eq!(fields.arrays(6, 2), Ok(vec![[1_u8; 3], [2; 3]]));
        assert_eq!(fields.maps(7, 1, |map| map.uint(9)), Ok(vec![9]));
        assert_eq!(fields.opt_uint(8), Ok(None));
    }

    /// P-45.
    #[test]
    fn values_of_another_kind_or_version_are_told_apart() {
        let card = MapWriter::new(Kind::KeyCard, 8).finish();
        assert_eq!(read_content(&card).unwrap_err(), DecodeError::AnotherKind);
        let later = MapWriter::nested(8).uint(0, 6).uint(1, 2).finish();
        assert_eq!(
            read_content(&later).unwrap_err(),
            DecodeError::Newer { version: 2 }
        );
        let zero = MapWriter::nested(8).uint(0, 6).uint(1, 0).finish();
        assert_eq!(read_content(&zero).unwrap_err(), DecodeError::Malformed);
    }

    /// P-44.
    #[test]
    fn other_spellings_of_a_value_are_refused() {
        let cases: [(&str, &[u8]); 13] = [
            ("nothing", &[]),
            ("no map", &[0x00]),
            ("longer integer", &[0xa2, 0x00, 0x18, 0x06, 0x01, 0x01]),
            ("longer key", &[0xa2, 0x18, 0x00, 0x06, 0x01, 0x01]),
            ("keys in another order", &[0xa2, 0x01, 0x01, 0x00, 0x06]),
            ("a key twice", &[0xa3, 0, 6, 1, 1, 1, 1]),
            ("indefinite map", &[0xbf, 0, 6, 1, 1, 0xff]),
            ("bytes behind it", &[0xa2, 0, 6, 1, 1, 0]),
            ("cut", &[0xa2, 0, 6, 1]),
            ("a tag", &[0xa3, 0, 6, 1, 1, 2, 0xc1, 0]),
            ("a float", &[0xa3, 0, 6, 1, 1, 2, 0xf9, 0, 0]),
            ("a negative number", &[0xa3, 0, 6, 1, 1, 2, 0x20]),
            ("text that is not UTF-8", &[0xa3, 0, 6, 1, 1, 2, 0x61, 0xff]),
        ];
        for (name, bytes) in cases {
            let found = read_content(bytes).unwrap_err();
            assert_eq!(found, DecodeError::Malformed, "{name}");
        }
        assert!(read_content(&[0xa2, 0, 6, 1, 1]).is_ok());
    }

    /// P-44.
    #[test]
    fn length_depth_and_number_of_items_are_limited() {
        let long = MapWriter::new(Kind::Content, LIMIT)
            .bytes(2, &[0; LIMIT])
            .finish();
        assert_eq!(read_content(&long).unwrap_err(), DecodeError::TooLong);
        let mut deep = vec![0xa3, 0, 6, 1, 1, 2];
        deep.extend([0x81; 900]);
        assert_eq!(read_content(&deep).unwrap_err(), DecodeError::Malformed);
        let mut many = vec![0xa3, 0, 6, 1, 1, 2, 0x99, 0xff, 0xff];
        many.resize(70_000, 0);
        assert_eq!(
            read(&many, Kind::Content, 80_000).unwrap_err(),
            DecodeError::TooLong
        );
        // An announced length is not believed.
        let empty = [
            0xa3, 0, 6, 1, 1, 2, 0x9b, 255, 255, 255, 255, 255, 255, 255, 255,
        ];
        assert_eq!(read_content(&empty).unwrap_err(), DecodeError::Malformed);
    }

    /// P-44: the whole map is the first of six, and what is no array or map counts for nothing.
    #[test]
    fn six_arrays_and_maps_in_each_other_are_taken_and_a_seventh_is_not() {
        let around = |array: &[u8], innermost: &[u8]| {
            let mut bytes = vec![0xa3, 0, 6, 1, 1, 2];
            for _ in 0..4 {
                bytes.extend(array);
            }
            bytes.extend(innermost);
            read_content(&bytes).map(drop)
        };
        let (array, map): (&[u8], &[u8]) = (&[0x81], &[0xa1, 0]);
        for outer in [array, map] {
            for sixth in [[0x81, 0].as_slice(), &[0x80], &[0xa1, 0, 0x40], &[0xa0]] {
                assert_eq!(around(outer, sixth), Ok(()), "{sixth:x?}");
            }
            for seventh in [[0x81, 0x81, 0].as_slice(), &[0x81, 0x80], &[0xa1, 0, 0xa0]] {
                assert_eq!(around(outer, seventh), Err(DecodeError::Malformed));
            }
        }
    }

    /// P-44: the whole, and each value in it, but no key.
    #[test]
    fn four_thousand_and_ninety_six_items_are_taken_and_one_more_is_not() {
        // The map, its kind and version, the array, and what is in it.
        let with = |elements: usize| {
            let mut bytes = vec![0xa3, 0, 6, 1, 1, 2, 0x99];
            bytes.extend(u16::try_from(elements).unwrap().to_be_bytes());
            bytes.resize(bytes.len() + elements, 0);
            read(&bytes, Kind::Content, 80_000).map(drop)
        };
        assert_eq!(with(MAX_ITEMS - 4), Ok(()));
        assert_eq!(with(MAX_ITEMS - 3), Err(DecodeError::TooLong));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = read_content(&bytes).map(|fields| fields.has(2));
        }

        #[test]
        fn no_bytes_behind_a_good_start_make_it_panic(bytes: Vec<u8>) {
            let mut all = vec![0xa3, 0, 6, 1, 1, 2];
            all.extend(bytes);
            let _ = read_content(&all).map(|fields| fields.has(2));
        }
    }
}
