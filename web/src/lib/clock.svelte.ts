// The present time for relative times. It moves every ten seconds, and stands still while the page is hidden.

let now = $state(Date.now());
setInterval(() => {
  if (!document.hidden) now = Date.now();
}, 10_000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) now = Date.now();
});

export const clock = {
  get now() {
    return now;
  },
};
