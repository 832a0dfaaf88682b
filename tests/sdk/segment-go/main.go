// Command drive sends the two sample events of the destination's document with Segment's Go SDK, which needs nothing but
// another endpoint.
//
// The SDK tells what became of each event through its callback; Close sends what is queued, in order and in one
// batch, and returns when every event was reported.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"sync"

	analytics "gopkg.in/segmentio/analytics-go.v3"
)

// reports collects what the SDK says about each event; it is called from the SDK's own goroutines.
type reports struct {
	mutex    sync.Mutex
	sent     int
	failures []error
}

func (r *reports) Success(analytics.Message) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.sent++
}

func (r *reports) Failure(_ analytics.Message, err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.failures = append(r.failures, err)
}

func main() {
	url := flag.String("url", "", "data plane URL")
	writeKey := flag.String("write-key", "", "write key of the source")
	userID := flag.String("user-id", "", "user id")
	email := flag.String("email", "", "e-mail of the user")
	flag.Parse()
	if *url == "" || *writeKey == "" || *userID == "" || *email == "" {
		fmt.Fprintln(os.Stderr, "drive: --url, --write-key, --user-id and --email are all needed")
		os.Exit(2)
	}
	if err := drive(*url, *writeKey, *userID, *email); err != nil {
		fmt.Fprintln(os.Stderr, "segment analytics-go:", err)
		os.Exit(1)
	}
}

func drive(url, writeKey, userID, email string) error {
	reports := &reports{}
	client, err := analytics.NewWithConfig(writeKey, analytics.Config{
		Endpoint: url,
		Callback: reports,
		// The callback already carries every failure.
		Logger: analytics.StdLogger(log.New(io.Discard, "", 0)),
	})
	if err != nil {
		return err
	}
	err = client.Enqueue(analytics.Identify{
		UserId: userID,
		Traits: analytics.NewTraits().
			SetEmail(email).
			SetName("Ada").
			Set("plan", "pro").
			Set("createdAt", "2021-01-20T13:39:21.032Z"),
	})
	if err != nil {
		return err
	}
	err = client.Enqueue(analytics.Track{
		UserId: userID,
		Event:  "Submit",
		Properties: analytics.NewProperties().
			Set("feedbackScore", 9).
			Set("feedbackText", "Great Product!").
			Set("ip", "127.0.0.0").
			Set("url", "https://www.google.com/").
			Set("createdAt", "2022-01-20T13:39:21.032Z"),
		Integrations: analytics.NewIntegrations().
			Set("Wootric", map[string]string{"eventType": "create response"}),
	})
	if err != nil {
		return err
	}
	if err := client.Close(); err != nil {
		return err
	}
	if len(reports.failures) > 0 {
		return reports.failures[0]
	}
	if reports.sent != 2 {
		return fmt.Errorf("%d of 2 events were reported as sent", reports.sent)
	}
	return nil
}
