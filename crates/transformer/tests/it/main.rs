//! The transformer over HTTP, between a rudder-server played by the tests and an InMoment played by a stub.
//!
//! Which module tests which of docs/facts/transformer.md#checks. "Cases 2, 12" are those of
//! docs/facts/transformer.md#cases, tested in [`rows`]. Checks in bold differ on purpose:
//!
//! | Checks | Where |
//! |---|---|
//! | 1 to 7 | [`pages`] |
//! | 8, 9, 10, 14, 16 | [`bodies`] |
//! | 11, **12**, 13, 15, 17, 18, 19, 20, 21, 22 | [`elements`]; 12 and 18 also [`poison`], 18 also [`random`]; 21 case 86 |
//! | 23, 28, 35 | [`dispatch`]; 28 also cases 15 to 17 |
//! | 24, 25, 26, 27, 29 | cases 85; 84; 2; 7 and 9; 18 |
//! | 30, 31, **32**, 36 | cases 4, 13, 14, 18, 83; 1 and 58; 59; 10 |
//! | 33, **34** | case 59 and [`outages`]; **201, 204 of a look-up**: case 60 |
//! | 37, 38, 40, 42, 43 | cases 11; 24 and 33; 2 and 12; 25 to 30; 31 and 32 |
//! | 39, 41, 44, 46, 48, 51 | [`dispatch`]; also cases 53; 34 to 36; 40 and 41; 44 to 46; 50 |
//! | 45, 47, 49, 50, 52, 53, 54 | cases 38 and 39; 47; 48; 49; 52; 55 and 56; 57 |
//! | 55, 56, 58, 59, 60, 61, 62 | cases 61; 62 and 63; 65 and 66; 68; 70; 71; 74 and 75 |
//! | 57, 63 | [`dispatch`]; also cases 64, 66, 67, 69; 72 and 75 |
//! | 64, 65, 66, 67 | cases 76 to 78; 79; 81 and 82; 87 |
//! | 68, 69, **70**, 71, 72, **73**, **74** | [`tokens`]; 73 also case 59 |
//! | 75 to 82 | [`delivery`]; **its answers hold no reply headers, and it sends to InMoment alone** |
//!
//! Further modules: [`poison`] (one bad job does not affect others), [`outages`], [`limits`] (look-ups and what
//! InMoment allows), [`native`] (the other profile), [`random`], [`serving`] (callers that leave), [`upstream`] (in
//! front of another transformer).
#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![expect(
    clippy::unwrap_used,
    reason = "a failed assumption in a test is a failed test, with its place named"
)]

mod bodies;
mod delivery;
mod dispatch;
mod elements;
mod limits;
mod native;
mod outages;
mod pages;
mod poison;
mod random;
mod rows;
mod served;
mod serving;
mod stub;
mod tokens;
mod upstream;
