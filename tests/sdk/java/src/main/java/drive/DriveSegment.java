package drive;

import com.segment.analytics.Callback;
import com.segment.analytics.Analytics;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.Message;
import com.segment.analytics.messages.TrackMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Sends the two sample events of the destination's document with Segment's Java SDK, which needs nothing but another
 * endpoint. It has its write key in the body.
 *
 * <p>The SDK sends its queue in order, so identify and track travel in one batch, and its callback says what became of each
 * event.
 */
public final class DriveSegment {
  private static final class Reports implements Callback {
    final CountDownLatch outstanding = new CountDownLatch(2);
    final List<String> failures = new CopyOnWriteArrayList<>();

    @Override
    public void success(Message message) {
      outstanding.countDown();
    }

    @Override
    public void failure(Message message, Throwable error) {
      failures.add(String.valueOf(error));
      outstanding.countDown();
    }
  }

  public static void main(String[] arguments) throws InterruptedException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    for (String name : List.of("--url", "--write-key", "--user-id", "--email")) {
      if (!options.containsKey(name)) {
        System.err.println("DriveSegment: " + name + " is missing");
        System.exit(2);
      }
    }
    System.exit(drive(options));
  }

  private static int drive(Map<String, String> options) throws InterruptedException {
    Reports reports = new Reports();
    Analytics analytics =
        Analytics.builder(options.get("--write-key"))
            .endpoint(options.get("--url") + "/")
            .retries(1)
            .callback(reports)
            .build();
    String userId = options.get("--user-id");
    analytics.enqueue(
        IdentifyMessage.builder()
            .userId(userId)
            .traits(
                Map.of(
                    "email", options.get("--email"),
                    "name", "Ada",
                    "plan", "pro",
                    "createdAt", "2021-01-20T13:39:21.032Z")));
    analytics.enqueue(
        TrackMessage.builder("Submit")
            .userId(userId)
            .properties(
                Map.of(
                    "feedbackScore", 9,
                    "feedbackText", "Great Product!",
                    "ip", "127.0.0.0",
                    "url", "https://www.google.com/",
                    "createdAt", "2022-01-20T13:39:21.032Z"))
            .integrationOptions("Wootric", Map.of("eventType", "create response")));
    analytics.flush();
    reports.outstanding.await();
    analytics.shutdown();
    for (String failure : reports.failures) {
      System.err.println("segment analytics-java: " + failure);
    }
    return reports.failures.isEmpty() ? 0 : 1;
  }

  private DriveSegment() {}
}
