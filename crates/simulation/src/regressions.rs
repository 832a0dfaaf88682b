//! Seeds that have found a fault once, of the program or of its judge. They are played again with every run, whatever range of seeds
//! it is about.
//!
//! A seed says the same only as long as the histories are drawn in the same way: what it found has a test of its own where
//! the fault was.

/// The seeds, with what they found.
pub const REGRESSIONS: [u64; 30] = [
    6_772,  // A process that knew its limit by hearsay alone handed on what it believed to be left;
    9_915,  // its successor believed it.
    14_379, // The same.
    1_511, // Who has one message id for all said the same twice, and the judge took the two for different events.
    12_905, // The same.
    14_321, // The same.
    14_408, // The same.
    4_002, // A limit that nobody heard, for the call's task had died, counted as known.
    19_561, // What one process wrote down of the limit was judged by the clock of another.
    6_997, // An event died because a firewall hid the holder of its e-mail.
    18_911, // The same.
    55,    // Of identifies sent as one, a value that could be had went with one that could not.
    946,   // The same.
    349,   // An e-mail was let go of after a later event had written another one.
    3_959, // An e-mail was let go of that nobody waited for any more.
    4_358, // An e-mail was written again after a later event's had been found to be there.
    1_251, // What settled a conflict got before an answer that was in flight when the process died.
    3_285, // A call that was lost at the turn of a window was not counted in the one that a reply named first.
    314, // A driver that was finding out its limit ended, and its successor could not know what it had found.
    6_425, // What was to be let go of twice undid the exchange that the first time began.
    15_458, // Who was about to let go of an e-mail did not hear that the one it wanted was free.
    14_991, // Who waits for an e-mail did not hear that it had gone from one to another.
    18_575, // Calls lost beside the first reply that told the true end of the window were not counted in it.
    28_947, // Who had let go of an e-mail and wanted that again, when it was gone, was left with none.
    39_805, // Two exchanged e-mails of which one was free already.
    18_689, // A driver whose last commit was still being made when its time to stop was over span until that ended.
    2_642, // The judge forgot that the last event by one of two names may be left out, and the one before it counts.
    59_195, // A call that was lost when its window may have been over, after a slow reply, was not counted in the next one.
    74_648, // The judge took a write for well dated whose record was made before InMoment had said what time it is.
    91_633, // A wrong end of the windows stayed, because correct replies named ends in between.
];
