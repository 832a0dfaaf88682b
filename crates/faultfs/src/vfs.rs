//! The VFS: SQLite's calls, handed to the disk.
#![allow(unsafe_code, reason = "SQLite calls these functions, and hands them pointers")]

mod handle;
mod methods;

use crate::registry;
use crate::state::SharedState;
use crate::trouble::Trouble;
use handle::{Handle, Open};
use rusqlite::ffi::{
    SQLITE_ACCESS_EXISTS, SQLITE_CANTOPEN, SQLITE_IOERR_ACCESS, SQLITE_IOERR_DELETE,
    SQLITE_IOERR_DELETE_NOENT, SQLITE_OK, SQLITE_OPEN_CREATE, SQLITE_OPEN_MAIN_JOURNAL,
    SQLITE_OPEN_SUPER_JOURNAL, SQLITE_OPEN_WAL, sqlite3_file, sqlite3_vfs, sqlite3_vfs_register,
};
use std::ffi::{CStr, c_char, c_int};
use std::sync::{Arc, Once};

/// What the VFS is called, for whoever opens a database on a [`Disk`](crate::Disk).
pub const VFS: &str = "faultfs";

const NAME: &CStr = c"faultfs";

/// Longer paths than this does no disk have.
const LONGEST_PATH: c_int = 256;

/// Noon on a day of 2026, in the milliseconds of the Julian calendar that SQLite counts by: time stands still here.
const NOW: i64 = 212_647_204_800_000;

/// Makes the VFS known to SQLite, once in a process.
pub(crate) fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let vfs = Box::leak(Box::new(sqlite3_vfs {
            iVersion: 2,
            szOsFile: c_int::try_from(size_of::<Handle>()).unwrap_or(c_int::MAX),
            mxPathname: LONGEST_PATH,
            pNext: std::ptr::null_mut(),
            zName: NAME.as_ptr(),
            pAppData: std::ptr::null_mut(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: None,
            xCurrentTimeInt64: Some(current_time_int64),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        }));
        // SAFETY: the VFS is leaked, so it and its name outlive every connection; all functions in it fit their types.
        let code = unsafe { sqlite3_vfs_register(vfs, 0) };
        assert_eq!(code, SQLITE_OK, "SQLite takes no VFS");
    });
}

/// The disk of a path, and the file's name on it.
///
/// # Safety
/// The path is a C string that lives while the function runs.
unsafe fn with_path<T>(
    path: *const c_char,
    otherwise: T,
    work: impl FnOnce(Arc<SharedState>, &str) -> T,
) -> T {
    if path.is_null() {
        return otherwise;
    }
    // SAFETY: it is no null pointer, and the caller promises the rest.
    let path = unsafe { CStr::from_ptr(path) };
    match path.to_str().ok().and_then(registry::find) {
        Some((disk, name)) => work(disk, name),
        None => otherwise,
    }
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    path: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let handle = file.cast::<Handle>();
    // SAFETY: SQLite hands over room for a file of the size that the VFS names, and a path for every file with a name.
    unsafe {
        (*handle).base.pMethods = std::ptr::null();
        with_path(path, SQLITE_CANTOPEN, |disk, name| {
            let mut state = disk.locked();
            let Ok(number) = state.open(name, flags & SQLITE_OPEN_CREATE != 0) else {
                return SQLITE_CANTOPEN;
            };
            let id = state.handle();
            drop(state);
            let is_log =
                flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL) != 0;
            let syncs_folder = is_log && flags & SQLITE_OPEN_CREATE != 0;
            let shm_locks = [false; crate::shm::LOCKS];
            let open = Open { disk, file: number, handle: id, syncs_folder, shm: None, shm_locks };
            (*handle).open = Box::into_raw(Box::new(open));
            (*handle).base.pMethods = &raw const methods::METHODS;
            if !flags_out.is_null() {
                *flags_out = flags;
            }
            SQLITE_OK
        })
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, path: *const c_char, sync_folder: c_int) -> c_int {
    let remove = |disk: Arc<SharedState>, name: &str| match disk.locked().remove(name, sync_folder != 0) {
        Ok(()) => SQLITE_OK,
        Err(Trouble::Missing) => SQLITE_IOERR_DELETE_NOENT,
        Err(_) => SQLITE_IOERR_DELETE,
    };
    // SAFETY: SQLite hands over a path.
    unsafe { with_path(path, SQLITE_IOERR_DELETE, remove) }
}

unsafe extern "C" fn access(
    _: *mut sqlite3_vfs,
    path: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let look = |disk: Arc<SharedState>, name: &str| {
        let mut state = disk.locked();
        match state.folder.find(name) {
            // As for Unix: an empty file is as good as none.
            Some(number) => Some(flags != SQLITE_ACCESS_EXISTS || state.entry(number).file.len() > 0),
            None => Some(false),
        }
    };
    // SAFETY: SQLite hands over a path and room for the answer.
    unsafe {
        let Some(found) = with_path(path, None, look) else { return SQLITE_IOERR_ACCESS };
        *out = c_int::from(found);
    }
    SQLITE_OK
}

unsafe extern "C" fn full_pathname(
    _: *mut sqlite3_vfs,
    path: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite hands over a path and room for as much; the length is looked at before anything is written.
    unsafe {
        let bytes = CStr::from_ptr(path).to_bytes_with_nul();
        if usize::try_from(room).is_ok_and(|room| bytes.len() <= room) {
            std::ptr::copy_nonoverlapping(path, out, bytes.len());
            return SQLITE_OK;
        }
    }
    SQLITE_CANTOPEN
}

unsafe extern "C" fn randomness(_: *mut sqlite3_vfs, bytes: c_int, out: *mut c_char) -> c_int {
    // SAFETY: SQLite hands over room for so many bytes.
    unsafe { std::ptr::write_bytes(out, 0, usize::try_from(bytes).unwrap_or(0)) };
    bytes
}

unsafe extern "C" fn sleep(_: *mut sqlite3_vfs, microseconds: c_int) -> c_int {
    microseconds
}

unsafe extern "C" fn current_time(_: *mut sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: SQLite hands over room for the answer.
    unsafe { *out = 2_461_194.5 };
    SQLITE_OK
}

unsafe extern "C" fn current_time_int64(_: *mut sqlite3_vfs, out: *mut i64) -> c_int {
    // SAFETY: SQLite hands over room for the answer.
    unsafe { *out = NOW };
    SQLITE_OK
}
