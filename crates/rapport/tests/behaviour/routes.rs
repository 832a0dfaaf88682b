use crate::world::{Setup, World, identify, response, second_account};
use serde_json::{Value, json};

fn two_destinations(password: &str) -> Setup {
    let account = second_account();
    let more = format!(
        "[[sources]]\nname = \"shop\"\nkind = \"server\"\nwrite_key = \"shop-key\"\n\
         [[sources]]\nname = \"orphan\"\nkind = \"server\"\nwrite_key = \"orphan-key\"\n\
         [[destinations]]\nname = \"second\"\nusername = \"{}\"\npassword = \"{password}\"\n\
         account_token = \"{}\"\nbase_url = \"http://{{inmoment}}\"\nsources = [\"website\", \"shop\"]\n",
        account.username, account.account_token
    );
    Setup { more, ..Setup::default() }
}

fn destination<'a>(status: &'a Value, name: &str) -> &'a Value {
    status["destinations"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
}

#[tokio::test]
async fn each_source_feeds_its_destinations_and_the_ledger_balances() {
    let world = World::with(two_destinations("second-password")).await;
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    world.send_as("shop-key", &[identify("u2", json!({}))]).await;
    world.send_as("orphan-key", &[identify("u3", json!({})), identify("u4", json!({}))]).await;
    let status = world.settled().await;
    assert_eq!(destination(&status, "inmoment")["delivered"], 2);
    assert_eq!(destination(&status, "second")["delivered"], 3);
    // Two events at two destinations, one at one, two at none.
    assert_eq!(
        (&status["accepted"], &status["delivered"], &status["skipped"]),
        (&json!(7), &json!(5), &json!(2))
    );
    assert_eq!(status["skipped_by"]["no_destination"], 2);
    assert_eq!((world.rows("end_users").len(), world.rows("responses").len()), (3, 2));
}

#[tokio::test]
async fn one_destinations_refused_credentials_do_not_hold_up_the_other() {
    let world = World::with(two_destinations("wrong")).await;
    world.send(&[identify("u1", json!({})), response("u1", 9)]).await;
    let mut status = world.status().await;
    while destination(&status, "inmoment")["delivered"] != 2
        || destination(&status, "second")["state"] != "halted"
    {
        // Answered when something changed, or after 100 ms.
        status = world.admin("GET", "status?wait=settled&timeout_ms=100", None).await;
    }
    assert_eq!(destination(&status, "second")["pending"], 2);
    assert_eq!((&status["pending"], &status["imbalance"]), (&json!(2), &json!(0)));
}
