//! What SQLite does with an open file.

use super::handle::{Handle, Open};
use crate::shm::{LOCKS, Shm};
use crate::trouble::Trouble;
use rusqlite::ffi::{
    SQLITE_BUSY, SQLITE_FULL, SQLITE_IOCAP_POWERSAFE_OVERWRITE, SQLITE_IOERR_FSTAT, SQLITE_IOERR_FSYNC,
    SQLITE_IOERR_LOCK, SQLITE_IOERR_READ, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHORT_READ,
    SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE, SQLITE_NOTFOUND, SQLITE_OK, SQLITE_SHM_SHARED,
    SQLITE_SHM_UNLOCK, sqlite3_file, sqlite3_io_methods,
};
use std::ffi::{c_int, c_void};
use std::sync::Arc;

/// As for Unix.
const SECTOR: c_int = 4096;

pub(super) static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The open file behind SQLite's pointer.
///
/// # Safety
/// The pointer is one that the VFS's `open` has filled in, and the file is not closed.
unsafe fn opened<'a>(file: *mut sqlite3_file) -> &'a mut Open {
    // SAFETY: the caller promises it. SQLite uses a file from one thread at a time.
    unsafe { &mut *(*file.cast::<Handle>()).open }
}

fn place(offset: i64) -> usize {
    usize::try_from(offset).unwrap_or(0)
}

fn length(bytes: c_int) -> usize {
    usize::try_from(bytes).unwrap_or(0)
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once; its room is freed here and not looked at again.
    let mut open = unsafe { Box::from_raw((*file.cast::<Handle>()).open) };
    unmap(&mut open);
    open.disk.locked().entry(open.file).locks.lower(open.handle, 0);
    SQLITE_OK
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, bytes: c_int, offset: i64) -> c_int {
    // SAFETY: SQLite hands over an open file and room for so many bytes.
    let (open, into) =
        unsafe { (opened(file), std::slice::from_raw_parts_mut(into.cast::<u8>(), length(bytes))) };
    match open.disk.locked().read(open.file, place(offset), into) {
        Ok(read) if read == into.len() => SQLITE_OK,
        Ok(_) => SQLITE_IOERR_SHORT_READ,
        Err(_) => SQLITE_IOERR_READ,
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, bytes: c_int, offset: i64) -> c_int {
    // SAFETY: SQLite hands over an open file and so many bytes.
    let (open, from) =
        unsafe { (opened(file), std::slice::from_raw_parts(from.cast::<u8>(), length(bytes))) };
    match open.disk.locked().write(open.file, place(offset), from) {
        Ok(()) => SQLITE_OK,
        Err(Trouble::Full) => SQLITE_FULL,
        Err(_) => SQLITE_IOERR_WRITE,
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    // SAFETY: SQLite hands over an open file.
    let open = unsafe { opened(file) };
    match open.disk.locked().resize(open.file, place(size)) {
        Ok(()) => SQLITE_OK,
        Err(_) => SQLITE_IOERR_TRUNCATE,
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: SQLite hands over an open file.
    let open = unsafe { opened(file) };
    match open.disk.locked().sync(open.file, open.syncs_folder) {
        Ok(()) => {
            open.syncs_folder = false;
            SQLITE_OK
        }
        Err(_) => SQLITE_IOERR_FSYNC,
    }
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: SQLite hands over an open file and room for the answer.
    unsafe {
        let open = opened(file);
        let size = open.disk.locked().entry(open.file).file.len();
        let Ok(size) = i64::try_from(size) else { return SQLITE_IOERR_FSTAT };
        *out = size;
    }
    SQLITE_OK
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    // SAFETY: SQLite hands over an open file.
    let open = unsafe { opened(file) };
    if open.disk.is_off() {
        return SQLITE_IOERR_LOCK;
    }
    let granted = open.disk.locked().entry(open.file).locks.raise(open.handle, level);
    if granted { SQLITE_OK } else { SQLITE_BUSY }
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    // SAFETY: SQLite hands over an open file.
    let open = unsafe { opened(file) };
    open.disk.locked().entry(open.file).locks.lower(open.handle, level);
    SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: SQLite hands over an open file and room for the answer.
    unsafe {
        let open = opened(file);
        *out = c_int::from(open.disk.locked().entry(open.file).locks.is_reserved());
    }
    SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut sqlite3_file) -> c_int {
    SECTOR
}

unsafe extern "C" fn device_characteristics(_: *mut sqlite3_file) -> c_int {
    // What SQLite assumes of every disk on Unix: a write changes no byte beside its own, even if the power fails.
    SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    number: c_int,
    bytes: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: SQLite hands over an open file and room for the answer. It keeps the pointer until it unmaps the memory.
    unsafe {
        let open = opened(file);
        *out = std::ptr::null_mut();
        if open.disk.is_off() {
            return SQLITE_IOERR_SHMMAP;
        }
        let mut state = open.disk.locked();
        let shm = open.shm.get_or_insert_with(|| {
            let shared = &mut state.entry(open.file).shm;
            Arc::clone(shared.get_or_insert_with(|| Arc::new(Shm::default())))
        });
        *out = shm.region(length(number), length(bytes), extend != 0).cast();
    }
    SQLITE_OK
}

unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, first: c_int, count: c_int, flags: c_int) -> c_int {
    // SAFETY: SQLite hands over an open file.
    let open = unsafe { opened(file) };
    let locks = length(first)..(length(first) + length(count)).min(LOCKS);
    let Some(shm) = &open.shm else { return SQLITE_IOERR_LOCK };
    if flags & SQLITE_SHM_UNLOCK != 0 {
        for lock in locks {
            if std::mem::take(&mut open.shm_locks[lock]) {
                shm.release(lock);
            }
        }
        return SQLITE_OK;
    }
    let granted = if flags & SQLITE_SHM_SHARED != 0 {
        open.shm_locks[locks.start] || shm.share(locks.clone())
    } else {
        shm.take(locks.clone())
    };
    if granted {
        open.shm_locks[locks].fill(true);
    }
    if granted { SQLITE_OK } else { SQLITE_BUSY }
}

unsafe extern "C" fn shm_barrier(_: *mut sqlite3_file) {
    std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: SQLite hands over an open file, and uses its shared memory no more.
    unmap(unsafe { opened(file) });
    SQLITE_OK
}

/// The memory is gone with the last handle to it: whoever comes next reads the log anew.
fn unmap(open: &mut Open) {
    let Some(shm) = open.shm.take() else { return };
    for (lock, held) in open.shm_locks.iter_mut().enumerate() {
        if std::mem::take(held) {
            shm.release(lock);
        }
    }
    let mut state = open.disk.locked();
    let shared = &mut state.entry(open.file).shm;
    // One that the disk has, and this one.
    if shared.as_ref().is_some_and(|shared| Arc::ptr_eq(shared, &shm) && Arc::strong_count(&shm) == 2) {
        *shared = None;
    }
}
