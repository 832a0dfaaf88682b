use super::*;
use serde_json::json;

#[test]
fn values_in_a_form() {
    let Value::Object(form) = json!({
        "score": 9, "text": "a b+c&d", "properties[x y]": "é", "n": null, "t": true, "l": ["a", 1, { "b": 2 }], "o": { "a": [1] }
    }) else {
        panic!("an object")
    };
    assert_eq!(
        encode(&form),
        "score=9&text=a+b%2Bc%26d&properties%5Bx+y%5D=%C3%A9&n=null&t=true&l=%5Ba%2C1%2C%7B%22b%22%3A2%7D%5D&o=%7B%22a%22%3A%5B1%5D%7D"
    );
}
