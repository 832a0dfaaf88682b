use super::*;
use proptest::prelude::*;
use std::str::FromStr;

fn of(text: &str) -> String {
    decimal(&Number::from_str(text).unwrap())
}

#[test]
fn plain_decimals() {
    let table = [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("0e99999999999999999999", "0e+99999999999999999999"),
        ("456", "456"),
        ("9.0", "9"),
        ("9.50", "9.5"),
        ("-1.25", "-1.25"),
        ("1e3", "1000"),
        ("1.5E2", "150"),
        ("12e-1", "1.2"),
        ("1e-7", "0.0000001"),
        ("100e-2", "1"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("1e21", "1000000000000000000000"),
        ("1e999999", "1e+999999"),
        ("1e-999999", "1e-999999"),
    ];
    for (text, wanted) in table {
        assert_eq!(of(text), wanted, "{text}");
    }
    assert_eq!((of("1e399").len(), of("1e400")), (400, "1e+400".to_owned()));
}

proptest! {
    #[test]
    fn integers_stay(n in any::<i64>()) {
        prop_assert_eq!(of(&n.to_string()), n.to_string());
    }

    #[test]
    fn the_value_stays(n in -1e15f64..1e15) {
        let text = of(&format!("{n:e}"));
        prop_assert_eq!(text.parse::<f64>().unwrap(), n);
        prop_assert!(!text.contains(['e', 'E']) && !text.ends_with(".0"));
    }
}
