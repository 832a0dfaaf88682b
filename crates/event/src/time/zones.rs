//! Names of months, days and zones in dates.

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Zones by name, with their minutes ahead of UTC. The first twelve are RFC 2822's and JavaScript's; the others are those that
/// have one meaning, or one that nearly everybody who writes them means.
const ZONES: [(&str, i32); 47] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("ast", -240),
    ("adt", -180),
    ("brt", -180),
    ("art", -180),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("cest", 120),
    ("mez", 60),
    ("mesz", 120),
    ("wat", 60),
    ("cat", 120),
    ("sast", 120),
    ("eet", 120),
    ("eest", 180),
    ("eat", 180),
    ("msk", 180),
    ("trt", 180),
    ("pkt", 300),
    ("ist", 330),
    ("ict", 420),
    ("wib", 420),
    ("hkt", 480),
    ("sgt", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
];

/// The month a word in lower case starts like, counted from 1; as JavaScript, which looks at three letters.
pub(super) fn month_of(word: &str) -> Option<i64> {
    let start = word.get(..3)?;
    MONTHS.iter().zip(1..).find(|(name, _)| **name == start).map(|(_, number)| number)
}

/// Whether the word is an English day or its beginning of three letters or more.
pub(super) fn is_weekday(word: &str) -> bool {
    word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(word))
}

/// Seconds ahead of UTC of a zone.
pub(super) fn offset_of(word: &str) -> Option<i32> {
    ZONES.iter().find(|(name, _)| *name == word).map(|(_, minutes)| minutes * 60)
}
