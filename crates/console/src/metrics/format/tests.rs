use super::*;
use axum::http::HeaderValue;

fn wanted(accept: &[&str]) -> Format {
    let mut headers = HeaderMap::new();
    for value in accept {
        headers.append(ACCEPT, HeaderValue::from_str(value).unwrap());
    }
    Format::wanted(&headers)
}

#[test]
fn whoever_names_openmetrics_gets_it_and_everybody_else_the_older_format() {
    for accept in [
        // Prometheus 2 and 3.
        &[
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        ][..],
        &[
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.5,*/*;q=0.1",
        ],
        &["application/openmetrics-text"],
        &["Application/OpenMetrics-Text; Version=\"1.0.0\" ; Q=0.2"],
        &["text/plain", "application/openmetrics-text"],
        &["application/openmetrics-text, */*"],
    ] {
        assert_eq!(wanted(accept), Format::OpenMetrics, "{accept:?}");
    }
    for accept in [
        &[][..],
        &["*/*"],
        &["text/plain"],
        &["text/html,application/xhtml+xml,*/*;q=0.8"],
        &["application/openmetrics-text;q=0"],
        &["application/openmetrics-text;q=0.0,text/plain"],
        &["application/openmetrics-text;version=0.0.1"],
        &["application/openmetrics-text;version=2.0.0, text/plain"],
        &["application/openmetrics-text;q=0.5,text/plain;q=0.501"],
        &["application/openmetrics-text;q=maybe"],
        &["application/openmetrics-text;q=9"],
        &["application/json"],
        &[",;,=;q"],
    ] {
        assert_eq!(wanted(accept), Format::Text, "{accept:?}");
    }
}

#[test]
fn weights_have_three_digits_and_are_one_at_most() {
    for (text, weight) in
        [("1", 1_000), ("1.0", 1_000), ("1.000", 1_000), ("0", 0), ("0.5", 500), ("0.05", 50), ("0.123", 123)]
    {
        assert_eq!(thousandths(text), weight, "{text}");
    }
    for text in ["", "2", "1.1", "0.1234", "-1", "0.-1", "0.5x", "x", ".5", "1e0"] {
        assert_eq!(thousandths(text), 0, "{text}");
    }
}

#[test]
fn a_counter_is_declared_by_its_whole_name_and_marks_of_the_other_format_are_left_out() {
    let open = "# HELP a_events Events, \"quoted\" too.\n# TYPE a_events counter\na_events_total{of=\"# EOF\"} 1\n\
                # HELP b_seconds How long.\n# TYPE b_seconds gauge\n# UNIT b_seconds seconds\nb_seconds 0.5\n\
                # HELP c What.\n# TYPE c unknown\nc 2\n# HELP d Took.\n# TYPE d histogram\nd_sum 1.0\n# EOF\n";
    let expected = "# HELP a_events_total Events, \"quoted\" too.\n# TYPE a_events_total counter\na_events_total{of=\"# EOF\"} 1\n\
                    # HELP b_seconds How long.\n# TYPE b_seconds gauge\nb_seconds 0.5\n\
                    # HELP c What.\n# TYPE c untyped\nc 2\n# HELP d Took.\n# TYPE d histogram\nd_sum 1.0\n";
    assert_eq!(Format::Text.of(open.to_owned()), expected);
    assert_eq!(Format::OpenMetrics.of(open.to_owned()), open);
}
