use super::*;
use inmoment::{
    CallError, CallReply, CallReplyBody, Exchange, Executed, FailureClass, HttpReply, RateHeaders,
};
use std::panic::AssertUnwindSafe;

/// Answers as it is told, or panics.
struct Scripted(Option<Result<(), &'static str>>, Duration, Option<u16>);

impl CallClient for Scripted {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(async move {
            let Scripted(Some(said), took, status) = self else { panic!("the caller panics") };
            let reply = status.map(|status| HttpReply { status, headers: Vec::new(), body: Vec::new() });
            let exchange = Exchange::new(&call.request(), reply.as_ref(), &[], 0, *took);
            let outcome = match said {
                Ok(()) => Ok(CallReply { body: CallReplyBody::Done, rate: RateHeaders::default() }),
                Err(code) => Err(CallError {
                    class: FailureClass::Wait,
                    executed: Executed::No,
                    status: *status,
                    code,
                    message: String::new(),
                    rate: RateHeaders::default(),
                }),
            };
            Called { outcome, exchange }
        })
    }
}

fn metered(meter: &Meter, scripted: Scripted) -> Metered {
    Metered { caller: Arc::new(scripted), meter: meter.clone() }
}

#[tokio::test]
async fn failures_are_counted_by_code_and_calls_by_how_long_they_took() {
    let meter = Meter::default();
    for (said, millis, status) in [
        (Ok(()), 25, Some(200)),
        (Ok(()), 26, Some(200)),
        (Err("server_error"), 90_000, Some(503)),
        (Err("connection"), 3, None),
        (Err("connection"), 0, None),
    ] {
        let caller = metered(&meter, Scripted(Some(said), Duration::from_millis(millis), status));
        caller.call(&Call::Authenticate).await;
    }
    let figures = meter.read();
    assert_eq!(figures.failures, BTreeMap::from([("connection", 2), ("server_error", 1)]));
    assert_eq!(figures.took, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1], "what took no time was not sent");
    assert_eq!(figures.took_together, Duration::from_millis(25 + 26 + 90_000 + 3));
}

#[tokio::test]
async fn a_call_without_an_outcome_is_counted_too() {
    let meter = Meter::default();
    let caller = metered(&meter, Scripted(None, Duration::ZERO, None));
    let call = begun(&caller);
    assert!(call.is_err(), "it panicked");
    let caller = metered(&meter, Scripted(Some(Ok(())), Duration::ZERO, Some(200)));
    drop(caller.call(&Call::Authenticate));
    assert_eq!(meter.read().failures, BTreeMap::from([("abandoned", 1)]), "what never began is no call");
}

/// Begins the call; its panic stays here.
fn begun(caller: &Metered) -> std::thread::Result<()> {
    let run = AssertUnwindSafe(|| {
        let waker = std::task::Waker::noop();
        let mut call = caller.call(&Call::Authenticate);
        let _ = call.as_mut().poll(&mut std::task::Context::from_waker(waker));
    });
    std::panic::catch_unwind(run)
}
