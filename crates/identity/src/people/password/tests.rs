use super::*;

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

#[test]
fn length_is_the_only_rule() {
    for (text, good) in [
        ("", false),
        ("short", false),
        ("eleven char", false),
        ("twelve chars", true),
        ("pässwörterße", true),
        ("            ", true),
    ] {
        assert_eq!(acceptable("password", &secret(text)).is_ok(), good, "{text:?}");
    }
    assert!(acceptable("password", &secret(&"x".repeat(1024))).is_ok());
    assert!(acceptable("password", &secret(&"x".repeat(1025))).is_err());
    // 1024 characters, more bytes
    assert!(acceptable("password", &secret(&"é".repeat(1024))).is_err());
}

#[tokio::test]
async fn the_right_password_and_only_that_one() {
    let hasher = Hasher::new();
    let hash = hasher.hash(secret("correct horse battery")).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert!(!hash.contains("horse"));
    let again = hasher.hash(secret("correct horse battery")).await.unwrap();
    assert_ne!(hash, again, "a salt of its own");
    assert!(hasher.verify(secret("correct horse battery"), Some(hash.clone())).await.unwrap());
    for wrong in ["correct horse batterx", "correct horse battery ", "", "Correct horse battery"] {
        assert!(!hasher.verify(secret(wrong), Some(hash.clone())).await.unwrap(), "{wrong:?}");
    }
    assert!(!hasher.verify(secret("x"), Some("no hash".to_owned())).await.unwrap());
}

#[tokio::test]
async fn nobody_has_no_password_and_costs_as_much() {
    let nobody = PasswordHash::new(DUMMY_HASH).unwrap();
    let (mine, ours) = (Params::try_from(&nobody).unwrap(), Params::DEFAULT);
    assert_eq!(
        (mine.m_cost(), mine.t_cost(), mine.p_cost()),
        (ours.m_cost(), ours.t_cost(), ours.p_cost()),
        "as much as anybody"
    );
    assert_eq!(nobody.hash.map(|hash| hash.len()), Some(Params::DEFAULT_OUTPUT_LEN));
    assert!(!Hasher::new().verify(secret("correct horse battery"), None).await.unwrap());
}

#[tokio::test]
async fn few_at_once_and_a_queue_with_an_end() {
    let hasher = Hasher::new();
    let (running, queue) = (hasher.running.clone(), hasher.queue.clone());
    let _turns = running.acquire_many_owned(u32::try_from(AT_ONCE).unwrap()).await.unwrap();
    let mut waiting = Box::pin(hasher.hash(secret("correct horse battery")));
    tokio::select! {
        biased;
        _ = &mut waiting => panic!("a third one runs"),
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(queue.available_permits(), AT_ONCE + IN_THE_QUEUE - 1);
    let _places = queue.try_acquire_many(u32::try_from(queue.available_permits()).unwrap()).unwrap();
    let refused = hasher.verify(secret("correct horse battery"), None).await.unwrap_err();
    assert!(matches!(refused, Refusal::Throttled { .. }), "{refused}");
    drop(_turns);
    assert!(waiting.await.is_ok());
}
