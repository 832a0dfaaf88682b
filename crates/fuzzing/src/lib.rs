//! What the fuzzer tries. Each target takes any bytes, gives them to one of the readers of data from outside, and panics where that
//! reader breaks a promise. `make fuzz` looks for such bytes, guided by coverage; the tests of this crate replay what it found to be
//! worth keeping (`fuzz/corpus`), so that they need neither a fuzzer nor a nightly compiler.
//!
//! Inputs are texts where that is possible: then the fuzzer's dictionary and people can both write them.

mod configuration;
mod events;
mod form;
mod head;
mod plan;
mod reply;
mod site;

/// A target: its name, which is also that of its folder in the corpus, and what it does with an input.
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

/// Gives these bytes to the target of this name.
///
/// # Panics
/// When there is no such target, and when a promise is broken.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|(other, _)| *other == name);
    let (_, target) = target.expect("a target of that name");
    target(data);
}
