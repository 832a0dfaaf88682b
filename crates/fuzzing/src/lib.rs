//! The targets of the fuzzer. Each target accepts any bytes, passes them to one of the readers of external data, and panics if that
//! reader breaks a promise. `make fuzz` searches for such bytes, guided by coverage; the tests of this crate replay the inputs that
//! are stored in `fuzz/corpus`, so that they need neither a fuzzer nor a nightly compiler.
//!
//! Inputs are texts where that is possible: then the fuzzer's dictionary and people can both write them.

mod configuration;
mod events;
mod form;
mod head;
mod plan;
mod reply;
mod site;

/// A target: its name, which is also that of its folder in the corpus, and the function that tries an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 6] = [
    ("configuration", configuration::configuration),
    ("events", events::events),
    ("form", form::form),
    ("head", head::head),
    ("plan", plan::plan),
    ("reply", reply::reply),
];

/// Passes these bytes to the target of this name.
///
/// # Panics
/// When there is no such target, and when a promise is broken.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|(other, _)| *other == name);
    let (_, target) = target.expect("a target of that name");
    target(data);
}
