//! How it is done with glibc: the loader tells where the program and its libraries are.

use std::ffi::{CStr, c_void};

#[allow(
    unsafe_code,
    reason = "the C library's functions for this have no safe form"
)]
pub(crate) fn give_back() -> usize {
    let mut bytes = 0_usize;
    // SAFETY: `let_go` takes `data` as the counter that it is, which lives as long as the call,
    // and gives 0, so that every object is visited.
    unsafe { libc::dl_iterate_phdr(Some(let_go), (&raw mut bytes).cast::<c_void>()) };
    // SAFETY: it may be called at any time, from any thread.
    unsafe { libc::malloc_trim(0) };
    bytes
}

/// Lets go of the segments of a loaded object that nobody writes.
///
/// # Safety
/// `object` is what `dl_iterate_phdr` lends for the time of the call, `data` a counter.
#[allow(
    unsafe_code,
    reason = "the C library calls it, and lends what it reads"
)]
unsafe extern "C" fn let_go(
    object: *mut libc::dl_phdr_info,
    _size: libc::size_t,
    data: *mut c_void,
) -> libc::c_int {
    // SAFETY: lent by `dl_iterate_phdr`, which holds the loader's lock meanwhile: the object
    // cannot be unloaded, and no other memory can take its place.
    let object = unsafe { &*object };
    // SAFETY: the counter of `give_back`, which nobody else uses meanwhile.
    let counter = unsafe { &mut *data.cast::<usize>() };
    if object.dlpi_phdr.is_null() || !is_file(object) {
        return 0;
    }
    // SAFETY: so many headers are there, by the interface of `dl_iterate_phdr`.
    let headers = unsafe { std::slice::from_raw_parts(object.dlpi_phdr, object.dlpi_phnum.into()) };
    if relocates_code(object.dlpi_addr, headers) {
        return 0;
    }
    for header in headers {
        let Some((start, length)) = read_only(object.dlpi_addr, header) else {
            continue;
        };
        // SAFETY: whole pages of a private mapping of a file, held as above. The segment is not
        // writable and was not relocated either, so that its pages are those of the file, and
        // that is what a read finds again afterwards.
        if unsafe { libc::madvise(start as *mut c_void, length, libc::MADV_DONTNEED) } == 0 {
            *counter = counter.saturating_add(length);
        }
    }
    0
}

/// Whether an object was loaded from a file, as all but the kernel's own is. The program itself is
/// listed without a name.
#[allow(unsafe_code, reason = "reads a string that the C library lends")]
fn is_file(object: &libc::dl_phdr_info) -> bool {
    if object.dlpi_name.is_null() {
        return false;
    }
    // SAFETY: a string that ends with 0, by the interface of `dl_iterate_phdr`.
    let name = unsafe { CStr::from_ptr(object.dlpi_name) }.to_bytes();
    name.is_empty() || name.starts_with(b"/")
}

/// Whether the loader wrote into segments that nobody writes afterwards (gABI, chapter 5,
/// `DT_TEXTREL`).
#[allow(unsafe_code, reason = "reads the table that the loader reads")]
fn relocates_code(base: libc::Elf64_Addr, headers: &[libc::Elf64_Phdr]) -> bool {
    const DT_NULL: u64 = 0;
    const DT_TEXTREL: u64 = 22;
    const DT_FLAGS: u64 = 30;
    const DF_TEXTREL: u64 = 4;
    let Some(dynamic) = headers.iter().find(|it| it.p_type == libc::PT_DYNAMIC) else {
        return false;
    };
    let place = usize::try_from(base.wrapping_add(dynamic.p_vaddr));
    let bytes = usize::try_from(dynamic.p_memsz);
    let (Ok(place), Ok(bytes)) = (place, bytes) else {
        return true;
    };
    // SAFETY: the segment of that type is a table of pairs of a tag and a value, loaded whole.
    let table = unsafe {
        std::slice::from_raw_parts(place as *const [u64; 2], bytes / size_of::<[u64; 2]>())
    };
    table
        .iter()
        .take_while(|[tag, _]| *tag != DT_NULL)
        .any(|[tag, value]| *tag == DT_TEXTREL || *tag == DT_FLAGS && value & DF_TEXTREL != 0)
}

/// The whole pages of a loaded segment that is not writable: where, and how many bytes.
fn read_only(base: libc::Elf64_Addr, header: &libc::Elf64_Phdr) -> Option<(usize, usize)> {
    if header.p_type != libc::PT_LOAD || header.p_flags & libc::PF_W != 0 {
        return None;
    }
    let page = rustix::param::page_size();
    let begin = usize::try_from(base.checked_add(header.p_vaddr)?).ok()?;
    let end = begin.checked_add(usize::try_from(header.p_filesz).ok()?)?;
    let (start, end) = (begin.checked_next_multiple_of(page)?, end - end % page);
    (start < end).then(|| (start, end - start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::hint::black_box;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    /// Constants that are in memory once they were read, more than anything else maps with them.
    const MUCH: usize = 4 * 1024 * 1024;
    static CONSTANTS: [u8; MUCH] = [7; MUCH];

    /// The bytes of the program's own file that are in memory and written by nobody.
    fn own_resident() -> u64 {
        let own = std::env::current_exe().unwrap();
        let own = own.to_str().unwrap();
        let (mut inside, mut kib) = (false, 0);
        for line in fs::read_to_string("/proc/self/smaps").unwrap().lines() {
            if let Some(value) = line.strip_prefix("Rss:") {
                let value: u64 = value.trim().trim_end_matches(" kB").parse().unwrap();
                kib += if inside { value } else { 0 };
            } else if line.contains(" r--p ") || line.contains(" r-xp ") {
                inside = line.ends_with(own);
            } else if line.contains(" rw-p ") {
                inside = false;
            }
        }
        kib * 1024
    }

    /// Something of every kind: heap, constants, code of the C library, another thread at work.
    #[test]
    fn everything_goes_on_after_it() {
        let kept: Vec<String> = (0..1_000)
            .map(|number| format!("number {number}"))
            .collect();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let busy = scope.spawn(|| {
                let mut rounds = 0_u64;
                while !stop.load(Ordering::Relaxed) {
                    let text = format!("{rounds:?} {}", f64::from(7).sqrt());
                    assert!(text.contains("2.6457"), "{text}");
                    rounds += 1;
                }
                rounds
            });
            for _ in 0..100 {
                assert!(give_back() > 0);
            }
            stop.store(true, Ordering::Relaxed);
            assert!(busy.join().unwrap() > 0);
        });
        for (number, text) in kept.iter().enumerate() {
            assert_eq!(*text, format!("number {number}"));
        }
    }

    #[test]
    fn what_was_read_once_is_let_go_and_read_again() {
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        let before = sum(black_box(&CONSTANTS));
        let held = own_resident();
        assert!(give_back() > MUCH);
        let left = own_resident();
        assert!(
            left + MUCH as u64 / 2 < held,
            "{held} bytes before, {left} after"
        );
        assert_eq!(sum(black_box(&CONSTANTS)), before);
    }

    #[test]
    fn only_whole_pages_of_what_nobody_writes() {
        let header = |kind, flags, start, length| libc::Elf64_Phdr {
            p_type: kind,
            p_flags: flags,
            p_offset: 0,
            p_vaddr: start,
            p_paddr: 0,
            p_filesz: length,
            p_memsz: length,
            p_align: 0x1000,
        };
        let size = rustix::param::page_size();
        let page = u64::try_from(size).unwrap();
        let code = libc::PF_R | libc::PF_X;
        let of = |header| read_only(16 * page, &header);
        let whole = Some((17 * size, 2 * size));
        assert_eq!(of(header(libc::PT_LOAD, code, page, 2 * page)), whole);
        // The first and the last page are shared with the neighbours.
        assert_eq!(
            of(header(libc::PT_LOAD, code, page - 8, 2 * page + 16)),
            whole
        );
        assert_eq!(of(header(libc::PT_LOAD, code, page + 8, page)), None);
        assert_eq!(
            of(header(libc::PT_LOAD, code | libc::PF_W, page, page)),
            None
        );
        assert_eq!(of(header(libc::PT_NOTE, libc::PF_R, page, page)), None);
        assert_eq!(of(header(libc::PT_LOAD, code, u64::MAX, page)), None);
    }
}
